import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pythonBinary } from '@trainyard/stack/paths'
import { runCommand } from './command.ts'
import type { Counts, Part } from './part.ts'

/** The attributes of pytest's JUnit file: https://docs.pytest.org/en/stable/how-to/output.html */
export function parseJunit(xml: string): Counts {
  const suites = [...xml.matchAll(/<testsuite\b[^>]*>/g)].map(([tag]) => tag)
  const count = (name: string) =>
    suites.reduce((total, tag) => total + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0), 0)
  const [failed, skipped] = [count('failures') + count('errors'), count('skipped')]
  return { passed: count('tests') - failed - skipped, failed, skipped }
}

/** The trainer's own tests. */
export const pythonPart: Part = {
  name: 'Python',
  run: async ({ root, env, signal, say }) => {
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-pytest-'))
    const report = join(folder, 'junit.xml')
    try {
      const code = await runCommand(pythonBinary, ['-m', 'pytest', '-q', `--junitxml=${report}`], {
        cwd: join(root, 'trainer'),
        env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
        signal,
        onLine: (line) => say(`  ${line}`)
      })
      const counts = parseJunit(readFileSync(report, 'utf8'))
      return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
