import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from '@trainyard/client/client'
import { isTerminal } from '@trainyard/contracts/training'
import { projectRoot, pythonBinary } from '@trainyard/stack/paths'
import { startStack } from '@trainyard/stack/start-stack'
import { quantile, type Result, summarise } from '../result.ts'

const SUBMITS = 60
const BASELINE_RUNS = 5
/** A pause between jobs, so that each finds the platform idle and the next child warmed up. */
const IDLE_MS = 700

// The package exports its code alone; the data lies beside it.
const penguins = fileURLToPath(new URL('../data/penguins.json', import.meta.resolve('vega-datasets')))
const spec = { target: 'Species', model: { architecture: 'mlp' }, training: { epochs: 1, seed: 1 } }

/**
 * Milliseconds from the moment the create request is sent to the trainer's first optimizer step being done: idle
 * platform, warm worker. The end is the database's time of the event, which is a little later than the step. Beside
 * it a fresh `python` for the same job, from the start of the process to the same step.
 */
export async function submitToFirstStep(): Promise<Result[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trainyard-bench-'))
  const stack = await startStack({ dataDir })
  try {
    await stack.trainerWarm()
    const client = createClient({ baseUrl: stack.url })
    await client.auth.register({ email: 'bench@example.org', password: 'a bench of pine wood' })
    const file = new Blob([await readFile(penguins)])
    const { id } = await client.datasets.upload(file, { filename: 'penguins.json' })
    await client.datasets.waitUntilReady(id)
    for (let i = 0; i < 5; i++) await submit(client, id)
    const ours: number[] = []
    for (let i = 0; i < SUBMITS; i++) ours.push(await submit(client, id))
    const baseline = { name: 'fresh python', samples: await freshPython(dataDir) }
    const p99 = quantile(
      ours.toSorted((a, b) => a - b),
      0.99
    )
    return [
      summarise('submit_to_first_step', 'ms', ours, baseline),
      { ...summarise('submit_to_first_step_p99', 'ms', ours), median: p99 }
    ]
  } finally {
    await stack.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function submit(client: Client, datasetId: string) {
  await sleep(IDLE_MS)
  const sent = Date.now()
  const { id } = await client.training.create({ dataset_id: datasetId, ...spec })
  for (;;) {
    const { state, timeline, message } = await client.training.get(id)
    if (isTerminal(state)) {
      const first = timeline.find(({ phase }) => phase === 'training')
      if (state !== 'succeeded' || !first) throw new Error(`the job ended ${state}: ${message}`)
      return Date.parse(first.at) - sent
    }
    await sleep(100)
  }
}

async function freshPython(folder: string) {
  const specFile = join(folder, 'bench-spec.json')
  await writeFile(specFile, JSON.stringify({ dataset_id: '00000000-0000-7000-8000-000000000000', ...spec }))
  const samples: number[] = []
  for (let i = 0; i < BASELINE_RUNS; i++) {
    const out = join(folder, `bench-out-${i}`)
    const args = [
      '-m',
      'trainyard_trainer',
      'train',
      specFile,
      '--data',
      penguins,
      '--format',
      'json',
      '--out',
      out
    ]
    const started = performance.now()
    const child = spawn(pythonBinary, args, {
      cwd: join(projectRoot, 'trainer'),
      stdio: ['ignore', 'ignore', 'inherit', 'pipe']
    })
    const exit = once(child, 'exit')
    for await (const line of createInterface(child.stdio[3] as Readable)) {
      const event = JSON.parse(line)
      if (event.type === 'phase' && event.phase === 'training') samples.push(performance.now() - started)
    }
    const [code] = await exit
    if (code !== 0) throw new Error(`the baseline ended with ${code}`)
  }
  return samples
}
