import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { eventually } from '@trainyard/testing/eventually'
import { freshRedis } from '@trainyard/testing/redis'
import t from 'tap'
import { spec, table } from './data.ts'
import { startPlatform, type TestJob } from './platform.ts'
import { descendants, HOSTILE, processFacts, startWorkerProcess, trainerOf } from './worker-process.ts'

t.setTimeout(120_000)
const platform = await startPlatform(t)
const { url } = await freshRedis(t)
// The host is the real one; what it forks is hostile.
const worker = await startWorkerProcess(t, platform, url, {
  TRAINER_DIR: HOSTILE,
  ARTIFACT_LIMIT_BYTES: String(2 ** 20),
  STOP_LIMIT_SECONDS: '0.5',
  RESULT_LIMIT_SECONDS: '1',
  POLL_SECONDS: '0.2'
})
await worker.warm()
const file = platform.addFile(table(5))
const submit = (name: string) => platform.addJob(file, { ...spec(1), name })
const finished = (job: TestJob, ms = 15_000) => eventually(() => job.finish ?? undefined, ms)
const training = (job: TestJob) =>
  eventually(() => job.events.some((e) => e.type === 'phase' && e.phase === 'training'))
/** The trainer and the two that it started. */
const groupOf = async (job: TestJob) => {
  const pid = await trainerOf(worker, job.id)
  const below = await eventually(async () => {
    const found = await descendants(pid)
    return found.length === 2 && found
  })
  return [pid, ...below.map((one) => one.pid)]
}
const gone = (pid: number) => eventually(async () => (await processFacts(pid)) === undefined, 2_000)
const lines = (job: TestJob) => job.events.flatMap((e) => (e.type === 'log' ? [e.line] : []))

t.afterEach(() => {
  if (platform.violations.length > 0) throw new Error(platform.violations.join('\n'))
})

t.test('files that are not plain files of the trainer are not touched, and it is said which', async (t) => {
  for (const [name, message] of [
    ['symlink', /"artifacts\/model.pt" is a symbolic link/],
    ['folder_symlink', /"artifacts\/passwd" is reached through a symbolic link/],
    ['hard_link', /"artifacts\/model.pt" is linked from elsewhere/],
    ['named_pipe', /"artifacts\/model.pt" is not a plain file/],
    ['climb', /"..\/x" is no name for an artifact/]
  ] as const) {
    const finish = await finished(submit(name))
    t.match(finish, { outcome: 'failed', reason: 'artifact_upload', message, artifacts: [] }, name)
  }
  t.notOk(
    platform.store.traffic.some(({ method }) => method === 'PUT'),
    'nothing was sent to the store'
  )
})

t.test('checkpoints from outside, through links or with another content are not kept', async (t) => {
  const job = submit('hostile_checkpoints')
  t.match(await finished(job), { outcome: 'succeeded' })
  t.equal(job.checkpoint, null)
  const said = lines(job).join('\n')
  t.match(said, /symbolic link/)
  t.match(said, /lies outside/)
  t.match(said, /not what its trainer announced/)
})

t.test('a flood on every channel keeps no heartbeat waiting and is cut down, not passed on', async (t) => {
  const job = submit('flood')
  t.match(await finished(job, 40_000), { outcome: 'succeeded' })
  const gaps = job.updates.map((at, i) => at - (job.updates[i - 1] ?? at))
  t.ok(Math.max(...gaps) < 2_500, `the longest silence was ${Math.round(Math.max(...gaps))} ms`)
  t.ok(lines(job).length < 6_000, `${lines(job).length} lines were passed on`)
  t.match(lines(job).join('\n'), /lines of output were left out here/)
  t.ok(lines(job).every((line) => line.length <= 8_300))
  const { rss } = await memoryOf(worker.child.pid ?? 0)
  t.ok(rss < 400 * 2 ** 20, `the worker holds ${Math.round(rss / 2 ** 20)} MiB`)
})

t.test('a trainer that hangs after its result is killed, and its result counts', async (t) => {
  const job = submit('hang')
  await finished(job)
  t.match(job.finish, { outcome: 'succeeded' })
  await eventually(() =>
    worker.log.some(({ msg, killed }) => msg === 'the trainer ended' && killed === 'hung')
  )
})

for (const paused of [false, true]) {
  const how = paused ? 'is paused' : 'does not listen'
  t.test(`a trainer that ${how} is killed at the end of the time for a stop, with its group`, async (t) => {
    const job = submit('deaf')
    await training(job)
    const group = await groupOf(job)
    if (paused) for (const member of group) process.kill(member, 'SIGSTOP')
    const asked = performance.now()
    job.state = 'stopping'
    t.match(await finished(job), {
      outcome: 'stopped',
      reason: 'user_stopped',
      message: /did not stop in time/
    })
    t.ok(performance.now() - asked < 5_000)
    for (const member of group) await gone(member)
  })
}

t.test(
  'a host that was killed is a crash of its job, leaves nothing, and the next job finds a new host',
  async (t) => {
    const job = submit('deaf')
    await training(job)
    const [child = 0, ...below] = await groupOf(job)
    process.kill((await processFacts(child))?.parent ?? 0, 'SIGKILL')
    for (const member of [child, ...below]) await gone(member)
    t.match(await finished(job), { outcome: 'crashed', signature: 'the host died' })
    t.match(await finished(submit('forge')), { outcome: 'succeeded' })
  }
)

t.test('a worker that slept through its lease says nothing more and leaves no trainer', async (t) => {
  platform.faults.leaseSeconds = 2
  const job = submit('deaf')
  await training(job)
  const child = await trainerOf(worker, job.id)
  worker.child.kill('SIGSTOP')
  process.kill(child, 'SIGSTOP')
  await eventually(() => performance.now() > job.leaseUntil)
  Object.assign(job, {
    attempt: job.attempt + 1,
    token: 'of another worker',
    leaseUntil: Number.POSITIVE_INFINITY
  })
  const said = job.events.length
  // The trainer first: the worker kills it within milliseconds of waking.
  process.kill(child, 'SIGCONT')
  worker.child.kill('SIGCONT')
  await gone(child)
  await eventually(() => worker.log.some((l) => l.job_id === job.id && l.msg === 'the attempt was given up'))
  t.equal(job.events.length, said)
  t.equal(job.finish, null)
  platform.faults.leaseSeconds = 30
})

t.test('a store that is silent for longer than the lease costs no attempt', async (t) => {
  Object.assign(platform.faults, { leaseSeconds: 2, stallMs: 3_000 })
  const job = platform.addJob(platform.addFile(table(6)), { ...spec(1), name: 'forge' })
  await eventually(() => job.events.some((e) => e.type === 'phase' && e.phase === 'downloading'))
  t.match(await finished(job), { outcome: 'succeeded' })
  t.equal(job.attempt, 1)
  Object.assign(platform.faults, { leaseSeconds: 30, stallMs: 0 })
})

t.test('a file that kills its reader twice is invalid', async (t) => {
  // Without a spec every one of these children dies.
  const dataset = platform.addDataset(file)
  const finish = await eventually(() => dataset.finish ?? undefined)
  t.match(finish, { profile: null, error: { reason: 'profile_failed', message: /died twice.*code 1/ } })
})

t.test('the end of a trainer cannot be forged, and half a result is none', async (t) => {
  const job = submit('forge')
  t.match(await finished(job), { outcome: 'succeeded' })
  t.ok(lines(job).includes('still here'), 'what came after the forged mark was read')
  t.match(await finished(submit('half')), { outcome: 'crashed', signature: 'exit 0' })
})

t.test('a trainer that ends with an error is a crash that names it, the same each time', async (t) => {
  const finish = await finished(submit('traceback'))
  t.match(finish, { outcome: 'crashed', message: /code 3.*ValueError: bad value 17/ })
  t.equal(finish.signature, 'exit 3 ValueError: bad value # at # in #')
})

t.test('lines that are no events are shown as what they are', async (t) => {
  const job = submit('odd_numbers')
  t.match(await finished(job), { outcome: 'succeeded' })
  t.equal(lines(job).filter((line) => line.includes('"values":{"train/loss":NaN}')).length, 1)
  t.ok(lines(job).some((line) => line.includes('broken')))
  t.ok(
    job.events.some((e) => e.type === 'phase' && e.phase === 'training'),
    'a CR before the newline is no fault'
  )
})

t.test(
  'what a killed worker left in sessions of its own is ended by the next one, and nothing else',
  async (t) => {
    const job = submit('scattered')
    await training(job)
    const [trainer = 0, ...below] = await groupOf(job)
    const host = (await processFacts(trainer))?.parent ?? 0
    const stranger = spawn('sleep', ['60'], { cwd: worker.scratch, stdio: 'ignore' })
    t.teardown(() => stranger.kill('SIGKILL'))
    worker.child.kill('SIGKILL')
    for (const pid of [host, trainer]) await gone(pid)
    if (process.platform === 'linux')
      t.same(
        below.filter((pid) => existsSync(`/proc/${pid}`)),
        below,
        'nothing tells those below'
      )
    const next = await startWorkerProcess(t, platform, url, { SCRATCH_DIR: worker.scratch })
    for (const pid of below) await gone(pid)
    const said = await eventually(() => next.log.find(({ level }) => level === 'warn'))
    t.match(said, { processes: 2 })
    t.equal(stranger.exitCode, null, 'somebody who looks at the folder is left alone')
  }
)

async function memoryOf(pid: number) {
  const kib = Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])
  return { rss: kib * 1024 }
}
