import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { QUEUES, TrainBell } from '@trainyard/contracts/queues'
import { defineQueue } from '@trainyard/queue/define-queue'
import { createLog } from '@trainyard/service-kit/log'
import { connectRedis } from '@trainyard/service-kit/redis'
import { eventually } from '@trainyard/testing/eventually'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { freshRedis } from '@trainyard/testing/redis'
import { Queue } from 'bullmq'
import t from 'tap'
import { spec, table } from './data.ts'
import { startPlatform, type TestJob, WORKER_TOKEN } from './platform.ts'
import { processFacts, startWorkerProcess, trainerOf } from './worker-process.ts'

t.setTimeout(180_000)
const POLL_MS = 3_000
const ENDLESS = 100_000

const { url: redisUrl } = await freshRedis(t)
const proxied = new URL(redisUrl)
const redisProxy = await faultProxy(t, Number(proxied.port))
proxied.port = String(redisProxy.port)
const platform = await startPlatform(t)
const worker = await startWorkerProcess(t, platform, proxied.href, { POLL_SECONDS: String(POLL_MS / 1_000) })
await worker.warm()

const redis = connectRedis('request', redisUrl, createLog('test', 'fatal'))
const id = ({ jobId, gen }: TrainBell) => `job-${jobId}-${gen}`
const bells = defineQueue({ name: QUEUES.trainCpu, payload: TrainBell, id }).producer(redis)
const queue = new Queue(QUEUES.trainCpu, { connection: redis })
t.teardown(async () => {
  await bells.close()
  await queue.close()
  redis.disconnect()
})
await eventually(() => redis.status === 'ready')
const ring = (job: TestJob) => bells.ring([{ jobId: job.id, gen: 1 }])
const file = platform.addFile(table(300))

async function submit(epochs: number, on = file) {
  const job = platform.addJob(on, spec(epochs))
  await ring(job)
  return job
}
const phases = (job: TestJob) => job.events.flatMap((e) => (e.type === 'phase' ? [e.phase] : []))
const lines = (job: TestJob) => job.events.flatMap((e) => (e.type === 'log' ? [e.line] : []))
const step = (job: TestJob) =>
  job.events.reduce((max, e) => (e.type === 'metrics' ? Math.max(max, e.data.step) : max), 0)
const training = (job: TestJob) => eventually(() => phases(job).includes('training'), 20_000)
const finished = (job: TestJob) => eventually(() => job.finish ?? undefined, 30_000)
const gone = (pid: number, ms: number) => eventually(async () => (await processFacts(pid)) === undefined, ms)

t.afterEach(() => {
  platform.abandon()
  if (platform.violations.length > 0) throw new Error(platform.violations.join('\n'))
})

t.test('a bell leads to a claim at once, and the job ends with its model in the store', async (t) => {
  const claims = platform.seen.claims
  await eventually(() => platform.seen.claims > claims, POLL_MS + 1_000)
  const rung = performance.now()
  const job = await submit(40)
  await eventually(() => job.claimedAt > 0)
  t.ok(job.claimedAt - rung < POLL_MS / 2, 'the claim did not wait for the next poll')
  const shown = await eventually(async () => {
    const progress = (await queue.getJob(id({ jobId: job.id, gen: 1 })))?.progress
    return typeof progress === 'object' && progress
  })
  t.match(shown, { job_id: job.id, attempt: 1 }, 'the message shows the job that was claimed')
  const finish = await finished(job)
  t.match(finish, {
    outcome: 'succeeded',
    reason: null,
    metrics: { test: Object, baseline: Object, best: Object }
  })
  t.same(finish.artifacts.map(({ name }) => name).sort(), [
    'metrics.json',
    'model.onnx',
    'model.pt',
    'model.safetensors',
    'model.zip',
    'model_card.md',
    'predict.py',
    'predictions.csv'
  ])
  t.same(phases(job), ['downloading', 'loading', 'first_step', 'training', 'evaluating', 'uploading'])
  const last = job.events.findLast((e) => e.type === 'progress')
  t.match(last, { data: { epoch: 40, epochs: 40, percent: 100 } })
  t.match(job.checkpoint ?? {}, {}, 'whatever was kept was accepted')
  await eventually(async () => (await bells.stateOf({ jobId: job.id, gen: 1 })) === 'spent')
  await eventually(() => !existsSync(join(worker.scratch, 'attempts', `${job.id}-1`)))
})

t.test('the trainer sees no secret, and an upload is profiled while a job trains', async (t) => {
  const job = await submit(ENDLESS)
  await training(job)
  const child = await trainerOf(worker, job.id)
  const environment = await readFile(`/proc/${child}/environ`, 'utf8')
  t.notMatch(environment, /CANARY|TOKEN|REDIS/)
  t.notMatch(environment, WORKER_TOKEN)
  const dataset = platform.addDataset(platform.addFile(table(500, 3)))
  const broken = platform.addDataset(platform.addFile('a,b\n1,2\n1,2,3\n'))
  const profiled = await eventually(() => dataset.finish ?? undefined, 15_000)
  const refused = await eventually(() => broken.finish ?? undefined, 15_000)
  t.equal(job.state, 'running')
  t.match(profiled, { error: null, profile: { rows: 500 }, preview: { columns: ['a', 'b', 'kind'] } })
  t.match(refused, { profile: null, preview: null, error: { line: 3, reason: 'ragged_row' } })

  const asked = performance.now()
  job.state = 'stopping'
  const finish = await finished(job)
  t.ok(performance.now() - asked < 10_000)
  t.match(finish, { outcome: 'stopped', reason: 'user_stopped' })
  t.ok(
    finish.artifacts.some(({ name }) => name === 'model.pt'),
    'a stopped job has its model'
  )
  t.ok(job.checkpoint, 'and its last checkpoint is kept')
})

t.test('a stop is heard within 2.5 s', async (t) => {
  const job = await submit(ENDLESS)
  await training(job)
  const child = await trainerOf(worker, job.id)
  job.state = 'stopping'
  await eventually(() => phases(job).includes('evaluating') || job.finish, 3_000)
  await gone(child, 8_000)
  t.match(await finished(job), { outcome: 'stopped' })
})

t.test('a trainer that was killed is a crash with its signal as signature', async (t) => {
  const job = await submit(ENDLESS)
  await training(job)
  process.kill(await trainerOf(worker, job.id), 'SIGKILL')
  t.match(await finished(job), {
    outcome: 'crashed',
    reason: null,
    signature: 'signal SIGKILL',
    artifacts: []
  })
  t.match(job.finish?.message, /SIGKILL.*training/)
})

t.test('the job service may be away: training goes on, and every event arrives in order', async (t) => {
  const job = await submit(ENDLESS)
  await training(job)
  platform.faults.down = true
  await eventually(() =>
    worker.log.some(({ msg }) => msg === 'a status update did not go through; it is repeated')
  )
  const before = step(job)
  const downAt = performance.now()
  await eventually(() => performance.now() - downAt > 3_000)
  platform.faults.down = false
  await eventually(() => step(job) > before, 4_000)
  job.state = 'stopping'
  t.match(await finished(job), { outcome: 'stopped' })
  const epochs = job.events.flatMap((e) =>
    e.type === 'metrics' && 'validation/loss' in e.data.values ? [e.data.epoch] : []
  )
  t.same(
    epochs,
    [...new Set(epochs)].sort((a, b) => a - b),
    'no epoch twice, none out of order'
  )
  t.same(
    epochs,
    Array.from(epochs, (_, i) => i + 1),
    'and none is missing'
  )
  t.same(
    job.events.map(({ n }) => n),
    job.events.map((_, i) => i + 1),
    'numbers have no gap'
  )
})

t.test('events that the platform refuses are said to be missing, and the rest arrives', async (t) => {
  platform.faults.refuseEvents = 1
  const job = await submit(30)
  t.match(await finished(job), { outcome: 'succeeded' })
  t.match(lines(job).join('\n'), /events were refused by the platform/)
  platform.faults.refuseEvents = 0
})

t.test('a lost answer to a claim loses no job', async (t) => {
  platform.faults.loseClaimReplies = 1
  const job = await submit(5)
  t.match(await finished(job), { outcome: 'succeeded' })
  t.equal(job.attempt, 1)
  platform.faults.loseClaimReplies = 0
})

t.test('an attempt that was superseded ends at once, without a word', async (t) => {
  const job = await submit(ENDLESS)
  await training(job)
  const child = await trainerOf(worker, job.id)
  job.state = 'done'
  job.attempt++
  await gone(child, 3_000)
  await eventually(() =>
    worker.log.some((line) => line.job_id === job.id && line.msg === 'the attempt was given up')
  )
  t.equal(job.finish, null)
})

t.test('a lease that runs out kills the trainer before another worker may start', async (t) => {
  platform.faults.leaseSeconds = 4
  const job = await submit(ENDLESS)
  await training(job)
  const child = await trainerOf(worker, job.id)
  platform.faults.down = true
  const cut = performance.now()
  await gone(child, 5_000)
  const after = performance.now() - cut
  t.ok(after < 4_000, `killed ${Math.round(after)} ms after the cut, within the lease`)
  platform.faults.leaseSeconds = 30
  await eventually(() => performance.now() > job.leaseUntil, 6_000)
  const events = job.events.length
  platform.faults.down = false
  await eventually(() => job.attempt === 2, 10_000)
  t.equal(
    job.events.filter((_, i) => i >= events).length,
    job.lastN,
    'nothing of the first attempt came after it'
  )
  job.state = 'stopping'
  t.match(await finished(job), { outcome: 'stopped' })
})

t.test('a damaged cached file, an expired URL and a damaged object', async (t) => {
  await writeFile(join(worker.scratch, 'cache', file.sha256), 'x'.repeat(file.bytes))
  const job = await submit(5)
  t.match(await finished(job), { outcome: 'succeeded' })
  t.ok(phases(job).includes('downloading'), 'a damaged file is fetched again')

  const fresh = platform.addFile(table(200, 9))
  platform.store.faults.refuseNext = 1
  const asked = platform.seen.urlCalls
  t.match(await finished(await submit(5, fresh)), { outcome: 'succeeded' })
  t.ok(platform.seen.urlCalls >= asked + 2, 'another URL was asked for')

  const damaged = platform.addFile(table(200, 10))
  platform.store.objects.set(damaged.sha256, Buffer.alloc(damaged.bytes, 'y'))
  const lost = await submit(5, damaged)
  t.match(await finished(lost), {
    outcome: 'failed',
    reason: 'platform_error',
    message: /does not match its SHA-256/
  })
})

t.test('the store may be away at the end: the device is free meanwhile, and the model arrives', async (t) => {
  const job = await submit(60)
  await training(job)
  platform.store.faults.away = true
  await eventually(() => phases(job).includes('uploading'), 20_000)
  const second = await submit(10)
  await training(second)
  t.equal(job.state, 'running', 'it waits, and its lease is kept')
  platform.store.faults.away = false
  platform.store.faults.refuseNext = 1
  t.match(await finished(job), { outcome: 'succeeded' })
  t.match(await finished(second), { outcome: 'succeeded' })
})

t.test('without Redis a job still starts, and bells are heard again when it is back', async (t) => {
  redisProxy.set('reset')
  const job = platform.addJob(file, spec(5))
  t.match(await finished(job), { outcome: 'succeeded' })
  redisProxy.set('pass')
  const next = await submit(5)
  t.match(await finished(next), { outcome: 'succeeded' })
  await eventually(
    async () =>
      (await queue.getJob(id({ jobId: next.id, gen: 1 })))?.getState().then((s) => s === 'completed'),
    15_000
  )
})
