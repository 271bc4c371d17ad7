import { parseArgs } from 'node:util'
import { projectRoot } from '@trainyard/stack/paths'
import { endToEndPart } from './end-to-end.ts'
import { pagesPart } from './pages.ts'
import { summary } from './part.ts'
import { pythonPart } from './python.ts'
import { runParts, table, totals } from './run-parts.ts'
import { staticPart } from './static.ts'
import { typescriptPart } from './typescript.ts'

const all = [staticPart, pagesPart, typescriptPart, pythonPart, endToEndPart]

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    /** Some of static,pages,typescript,python,end-to-end. */
    only: { type: 'string' },
    'install-ms': { type: 'string' }
  }
})

const only = values.only?.split(',').map((name) => name.trim().toLowerCase())
const parts = only ? all.filter(({ name }) => only.includes(name.toLowerCase())) : all
const minute = 60_000

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort())
if (process.connected) process.once('disconnect', () => interrupted.abort())

const say = (line: string) => process.stdout.write(`${line}\n`)
const env = { ...process.env, ...(values.full ? { TEST_FULL: '1' } : {}) }
const context = { root: projectRoot, env, full: values.full, signal: interrupted.signal, say }
const outcomes = await runParts(parts, context, (values.full ? 120 : 20) * minute)

const counts = totals(outcomes)
const complete = outcomes.length === parts.length && parts.length > 0
if (!complete)
  say(parts.length === 0 ? `There is no part ${values.only}` : 'Interrupted: not every part was run')
say('')
for (const row of table(outcomes, values['install-ms'] ? Number(values['install-ms']) : undefined)) say(row)
say(summary(complete ? counts : { ...counts, failed: Math.max(1, counts.failed) }))
process.exitCode = complete && counts.failed === 0 ? 0 : 1
if (process.connected) process.disconnect()
