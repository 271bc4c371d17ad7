import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Client } from '@trainyard/client/client'
import type { Job } from '@trainyard/contracts/training'
import { Sentence } from '@trainyard/stack/sentence'
import type { DemoOptions } from './options.ts'
import { predictOutside } from './predict.ts'
import { progressView, type Screen } from './progress.ts'
import { jobParts, predictionLine, scoreLine, seconds } from './report.ts'
import { sampleRows, withoutTarget } from './rows.ts'

type Story = Pick<DemoOptions, 'file' | 'target'> & {
  client: Client
  screen: Screen
  /** Where the model is downloaded to. */
  folder: string
  signal: AbortSignal
}
export type Part = { name: string; ms: number }

/** Everything through the public API alone: from an account to a model that predicts outside. Gives where time went. */
export async function tellStory(story: Story): Promise<Part[]> {
  const { client, file, target, folder, signal, screen } = story
  const parts: Part[] = []
  const say = (line: string) => screen.write(`${line}\n`)
  async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    parts.push({ name, ms: performance.now() - start })
    return result
  }

  const email = `demo-${randomBytes(4).toString('hex')}@example.com`
  const user = await timed('register', () =>
    client.auth.register({ email, password: randomBytes(16).toString('hex') }, { signal })
  )
  say(`Registered ${user.email}.`)

  const filename = basename(file)
  const source = await openAsBlob(file)
  const { id } = await timed('upload', () => client.datasets.upload(source, { filename, signal }))
  const dataset = await timed('profile', () => client.datasets.waitUntilReady(id, { signal }))
  say(`Uploaded ${filename}: ${dataset.rows} rows, ${dataset.columns.length} columns, profiled.`)

  const body = {
    dataset_id: id,
    name: `${target} of ${filename}`.slice(0, 200),
    target,
    model: { architecture: 'mlp' }
  }
  const created = await timed('create job', () => client.training.create(body, { signal }))
  say(`Training a network that predicts ${target} (${created.task}).`)
  const job = await watch(story, created)
  parts.push(...jobParts(job.timeline))
  say(scoreLine(job.metrics))

  const bytes = await timed('download', () => fetchModel(story, job))
  say(`Downloaded model.pt (${(bytes / 1_024).toFixed(0)} KiB) and predict.py to ${folder}`)
  const rows = await sampleRows(file, await client.datasets.preview(id, { signal }), target)
  const questions = rows.map((row) => withoutTarget(row, target))
  const answers = await timed('predict outside', () => predictOutside(folder, questions, signal))
  say(`Three rows predicted without the platform: python predict.py model.pt rows.json`)
  for (const [i, answer] of answers.entries()) say(predictionLine(answer, rows[i] ?? {}, target))
  return parts
}

/** Shows the socket's updates until the job is finished; anything but success is a reason to fail. */
async function watch({ client, screen, signal }: Story, { id }: Job): Promise<Job> {
  const live = client.live()
  const view = progressView(screen)
  try {
    for await (const update of live.watchJob(id, { signal })) view.update(update)
  } finally {
    view.end()
    live.close()
  }
  const job = await client.training.get(id, { signal })
  if (job.state !== 'succeeded') {
    throw new Sentence(`The job ended ${job.state}: ${job.message ?? job.reason ?? 'no reason was given'}`)
  }
  const ms = Date.parse(job.finished_at ?? '') - Date.parse(job.created_at)
  screen.write(`Trained in ${seconds(ms)}, ${job.progress?.step ?? 0} steps.\n`)
  return job
}

async function fetchModel({ client, folder, signal }: Story, { id }: Job): Promise<number> {
  let total = 0
  for (const artifact of ['model.pt', 'predict.py']) {
    const { all } = await client.training.download(id, { artifact, signal })
    const bytes = await all()
    await writeFile(join(folder, artifact), bytes)
    total = artifact === 'model.pt' ? bytes.length : total
  }
  return total
}
