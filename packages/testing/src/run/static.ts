import { join } from 'node:path'
import { runCommand } from './command.ts'
import { importProblems } from './imports.ts'
import { type Counts, type Part, type RunContext, sum } from './part.ts'

const one = (ok: boolean): Counts => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })

async function tool(name: string, args: string[], { root, env, signal, say }: RunContext): Promise<Counts> {
  const lines: string[] = []
  const code = await runCommand(join(root, 'node_modules/.bin', name), args, {
    cwd: root,
    env,
    signal,
    onLine: (line) => lines.push(line)
  })
  if (code !== 0) for (const line of [`${name} ${args.join(' ')}:`, ...lines]) say(`  ${line}`)
  return one(code === 0)
}

function imports({ root, say }: RunContext): Counts {
  const problems = importProblems(root)
  for (const problem of problems) say(`  ${problem}`)
  return one(problems.length === 0)
}

/** Types, format and lint, and who may import whom. Each is one test. */
export const staticPart: Part = {
  name: 'static',
  run: async (context) => {
    const types = tool('tsc', ['--noEmit', '-p', '.'], context)
    const pages = tool('tsc', ['--noEmit', '-p', 'services/web'], context)
    const lint = tool('biome', ['check', '--max-diagnostics=50', '.'], context)
    return sum([await types, await pages, await lint, imports(context)])
  }
}
