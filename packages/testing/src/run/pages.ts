import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { type Counts, type Part, type RunContext, sum } from './part.ts'

/** What is read of Vitest's JSON report: https://vitest.dev/guide/reporters.html#json-reporter */
type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  success: boolean
}

/** A file that could not be loaded has no failed test of its own, but the run was no success. */
export function parseVitest(text: string): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
    text
  ) as Report
  return {
    passed: numPassedTests,
    failed: success ? numFailedTests : Math.max(1, numFailedTests),
    skipped: numPendingTests + numTodoTests
  }
}

async function componentTests({ root, env, signal, say }: RunContext): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-vitest-'))
  const report = join(folder, 'report.json')
  try {
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await runCommand(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
      cwd: join(root, 'services/web'),
      env: { ...env, NO_COLOR: '1' },
      signal,
      onLine: (line) => say(`  ${line}`)
    })
    const counts = parseVitest(readFileSync(report, 'utf8'))
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What each page of the build loads, against its budget. One test. */
async function budget({ root, env, signal, say }: RunContext): Promise<Counts> {
  const code = await runCommand(process.execPath, ['scripts/bundle-budget.ts'], {
    cwd: join(root, 'services/web'),
    env,
    signal,
    onLine: (line) => say(`  ${line}`)
  })
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}

/** The pages without a browser: their logic and components in Vitest, and the weight of the build. */
export const pagesPart: Part = {
  name: 'pages',
  run: async (context) => sum([await componentTests(context), await budget(context)])
}
