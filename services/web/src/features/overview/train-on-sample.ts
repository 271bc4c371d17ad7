import type { CreateJob } from '@trainyard/contracts/training'

export type SampleStep = 'uploading' | 'reading' | 'starting'
type Call = { signal: AbortSignal; limitMs?: number }
type Options<Job> = {
  client: {
    datasets: { waitUntilReady: (id: string, options: Call) => Promise<unknown> }
    training: { create: (body: CreateJob, options: Call) => Promise<Job> }
  }
  /** The bundled file. */
  load: () => Promise<File>
  upload: (file: File) => Promise<{ id: string }>
  onStep: (step: SampleStep) => void
  signal: AbortSignal
}

/** What the sample is about: which customers leave. */
const TARGET = 'churned'

/** From the bundled file to a job that runs, by the routes that everybody's own file takes. */
export async function trainOnSample<Job>(options: Options<Job>): Promise<Job> {
  const { client, load, upload, onStep, signal } = options
  onStep('uploading')
  const { id } = await upload(await load())
  onStep('reading')
  await client.datasets.waitUntilReady(id, { signal, limitMs: 60_000 })
  onStep('starting')
  return client.training.create(
    { dataset_id: id, name: 'First model', target: TARGET, model: { architecture: 'mlp' } },
    { signal }
  )
}
