import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@trainyard/testing/eventually'
import { freshRedis } from '@trainyard/testing/redis'
import t from 'tap'
import { spec, table } from './data.ts'
import { startPlatform, type TestJob } from './platform.ts'
import { descendants, processFacts, startWorkerProcess } from './worker-process.ts'

t.setTimeout(180_000)
const platform = await startPlatform(t)
const { url } = await freshRedis(t)
const file = platform.addFile(table(300))
const EPOCHS = 120
const submit = (epochs: number) => platform.addJob(file, spec(epochs))
const step = (job: TestJob) =>
  job.events.reduce((max, e) => (e.type === 'metrics' ? Math.max(max, e.data.step) : max), 0)
const finished = (job: TestJob) => eventually(() => job.finish ?? undefined, 60_000)
const model = (job: TestJob) => job.finish?.artifacts.find(({ name }) => name === 'model.pt')?.sha256
const start = async () => {
  const SCRATCH_DIR = await mkdtemp(join(tmpdir(), 'ty-worker-'))
  const worker = await startWorkerProcess(t, platform, url, { SCRATCH_DIR })
  await worker.warm()
  return worker
}

t.test('a worker that is told to leave before its trainer is warm leaves at once', async (t) => {
  const worker = await startWorkerProcess(t, platform, url)
  const told = performance.now()
  worker.child.kill('SIGTERM')
  worker.child.kill('SIGINT')
  t.equal(await worker.exited, 0)
  t.ok(performance.now() - told < 6_000)
})

t.test(
  'a worker that is told to leave hands its job over, and the model is the same bit for bit',
  async (t) => {
    const first = await start()
    const straight = submit(EPOCHS)
    await finished(straight)
    const job = submit(EPOCHS)
    await eventually(() => step(job) > 20 && step(job) < 600, 20_000)
    const told = performance.now()
    first.child.kill('SIGTERM')
    t.equal(await first.exited, 0, 'it stops in order')
    t.ok(performance.now() - told < 30_000)
    t.equal(job.state, 'queued')
    t.equal(job.releases, 1)
    const at = job.checkpoint?.step ?? 0
    t.ok(at > 0, `released with the checkpoint of step ${at}`)

    const second = await start()
    t.match(await finished(job), { outcome: 'succeeded' })
    t.equal(job.attempt, 2)
    t.match(job.events.map((e) => (e.type === 'log' ? e.line : '')).join('\n'), `Resumed at step ${at}`)
    t.ok(model(job))
    t.equal(model(job), model(straight), 'resumed and uninterrupted models are equal')

    const damaged = submit(5)
    damaged.checkpoint = { key: 'damaged', name: '9.ckpt', step: 9, bytes: 4, sha256: '0'.repeat(64) }
    platform.store.objects.set('damaged', Buffer.from('ckpt'))
    t.match(await finished(damaged), { outcome: 'succeeded' })
    t.match(
      damaged.events.map((e) => (e.type === 'log' ? e.line : '')).join('\n'),
      /step 9 is damaged; training starts from/
    )

    const endless = submit(100_000)
    await eventually(() => step(endless) > 0, 20_000)
    const trainers = await descendants(second.child.pid ?? 0)
    t.ok(trainers.length >= 2, 'a host and a trainer')
    second.child.kill('SIGKILL')
    for (const { pid } of trainers) {
      await eventually(async () => ((await processFacts(pid))?.state ?? 'Z') === 'Z', 2_000)
    }
    t.pass('no trainer outlives a worker that was killed')
    t.same(platform.violations, [])
  }
)
