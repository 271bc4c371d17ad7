import type { Client } from '@trainyard/client/client'
import type { Dataset } from '@trainyard/contracts/dataset'
import type { Job } from '@trainyard/contracts/training'

export type SampleStep = 'uploading' | 'reading' | 'starting'
type Options = {
  client: Pick<Client, 'datasets' | 'training'>
  /** The bundled file. */
  load: () => Promise<File>
  upload: (file: File) => Promise<Dataset>
  onStep: (step: SampleStep) => void
  signal: AbortSignal
}

/** What the sample is about: which customers leave. */
const TARGET = 'churned'

/** From the bundled file to a job that runs, by the routes that everybody's own file takes. */
export async function trainOnSample({ client, load, upload, onStep, signal }: Options): Promise<Job> {
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
