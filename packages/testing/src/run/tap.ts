import { globSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import type { Counts, RunContext } from './part.ts'

/** Of a failed file's output; the newest lines are kept. */
const keptLines = 600

const total = /^# \{ (total: .*) \}$/
const result = /^(not )?ok \d+ - (.+?)(?: # time=([\d.]+)ms)?(?: \{)?$/

function parseTotal(text: string): Counts {
  const count = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(text)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') + count('todo') }
}

/**
 * Reads tap's output line by line: one line for each file, everything that a failed file wrote, and the counts of the
 * last line. `counts` is undefined until that line came.
 */
export function tapReader(say: (line: string) => void) {
  let recent: string[] = []
  const state: { counts: Counts | undefined } = { counts: undefined }
  const onLine = (line: string) => {
    const [, counts] = total.exec(line) ?? []
    if (counts) state.counts = parseTotal(counts)
    const found = result.exec(line)
    if (!found) {
      recent.push(line)
      if (recent.length > keptLines) recent.shift()
      return
    }
    const [, not, file, ms] = found
    if (not) for (const kept of recent) say(kept)
    say(`  ${not ? 'FAILED' : 'ok'} ${file}${ms ? ` (${(Number(ms) / 1000).toFixed(1)} s)` : ''}`)
    recent = []
  }
  return { onLine, state, recent: () => recent }
}

/** One tap run over all files that match; real counts of assertions. */
export async function runTap(patterns: string[], jobs: number, context: RunContext): Promise<Counts> {
  const { root, env, signal, say } = context
  const files = globSync(patterns, { cwd: root }).sort()
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 }
  const reader = tapReader(say)
  const code = await runCommand(
    join(root, 'node_modules/.bin/tap'),
    [
      'run',
      '--disable-coverage',
      '--reporter=tap',
      `--jobs=${jobs}`,
      `--timeout=${context.full ? 1800 : 300}`,
      ...files
    ],
    { cwd: root, env, signal, onLine: reader.onLine }
  )
  const { counts } = reader.state
  if (!counts) {
    for (const line of reader.recent()) say(line)
    throw new Error(`tap ended with code ${code} and no total`)
  }
  // A file that exits badly after its last assertion fails the run too.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}
