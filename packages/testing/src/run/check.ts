import { projectRoot } from '@trainyard/stack/paths'
import { runParts, totals } from './run-parts.ts'
import { staticPart } from './static.ts'

/** Types, format, lint and imports; quick enough to run before every commit. */
const outcomes = await runParts(
  [staticPart],
  {
    root: projectRoot,
    env: process.env,
    full: false,
    signal: new AbortController().signal,
    say: (line) => process.stdout.write(`${line}\n`)
  },
  600_000
)
process.exitCode = totals(outcomes).failed === 0 ? 0 : 1
if (process.connected) process.disconnect()
