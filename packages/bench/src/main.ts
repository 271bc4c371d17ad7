import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { idleMemory } from './benchmarks/idle-memory.ts'
import { messageToText } from './benchmarks/message-to-text.ts'
import { pageLive } from './benchmarks/page-live.ts'
import { pageLoad } from './benchmarks/page-load.ts'
import { startToReady } from './benchmarks/start-to-ready.ts'
import { submitToFirstStep } from './benchmarks/submit-to-first-step.ts'
import { type Result, table } from './result.ts'

const benchmarks: Record<string, () => Promise<Result[]>> = {
  submit_to_first_step: submitToFirstStep,
  start_to_ready: startToReady,
  idle_memory: idleMemory,
  page_load: pageLoad,
  page_live: pageLive,
  message_to_text: messageToText
}

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } })
const names = values.only === undefined ? Object.keys(benchmarks) : [values.only]
const results: Result[] = []
for (const name of names) {
  const run = benchmarks[name]
  if (!run) {
    process.stderr.write(
      `There is no benchmark ${name}; choose one of ${Object.keys(benchmarks).join(', ')}.\n`
    )
    process.exit(1)
  }
  process.stderr.write(`# ${name} …\n`)
  results.push(...(await run()))
}
process.stdout.write(`${table(results)}\n`)
if (values.json) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`)
