import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@trainyard/stack/ports'
import { startChild } from '@trainyard/stack/processes/child'
import { valkeyDefinition, valkeyUrl } from '@trainyard/stack/servers/valkey'
import { eventually } from '@trainyard/testing/eventually'
import { t } from 'tap'
import { type EventLog, logLine, metrics, type Publish, progress, state } from './event-log.ts'
import { startLive } from './harness.ts'
import { type Random, seeded } from './random.ts'
import { faultOf, type TestSocket } from './test-socket.ts'

const full = process.env.TEST_FULL === '1'
t.setTimeout(full ? 600_000 : 60_000)
const quick = { compareMs: 40, inFlightMs: 10, messageBurst: 1_000_000, socketsPerUser: 1_000 }
const wait = (random: Random) => (random.chance(0.5) ? Promise.resolve() : sleep(random.below(4)))

/** Messages come late, twice, in another order or not at all. */
const unreliable = (random: Random) => (publish: Publish) => async (channel: string, text: string) => {
  if (random.chance(0.1)) return
  if (random.chance(0.3)) await sleep(random.below(5))
  await publish(channel, text)
  if (random.chance(0.1)) await publish(channel, text)
}

function change(random: Random, n: number) {
  const kind = random.below(4)
  if (kind === 0) return logLine(n, 'x'.repeat(random.below(50)))
  if (kind === 1) return metrics(n, { 'train/loss': n })
  return kind === 2 ? state('running') : progress(n)
}

async function publishing(events: EventLog, id: string, random: Random) {
  const count = 5 + random.below(40)
  const sent: Promise<unknown>[] = []
  for (let n = 0; n < count; n++) {
    sent.push(events.append(id, change(random, n)).sent)
    if (random.chance(0.6)) await wait(random)
  }
  await Promise.all(sent)
}

/** Subscribes and leaves, or subscribes again, at bad moments. */
async function visits(events: EventLog, socket: TestSocket, id: string, random: Random) {
  for (let count = random.below(3); count > 0; count--) {
    const since = random.chance(0.7) ? { since: random.below(events.lastSeq(id) + 1) } : {}
    socket.send({ type: 'subscribe_job', job_id: id, ...since })
    await wait(random)
    if (random.chance(0.3)) socket.send({ type: 'unsubscribe_job', job_id: id })
  }
}

/** One client of a job, one order of things: what came after the last subscribe must be the log, once, in order. */
async function viewing(
  events: EventLog,
  socket: TestSocket,
  id: string,
  random: Random,
  published: Promise<void>
) {
  await visits(events, socket, id, random)
  const left = () =>
    socket.messages.findLastIndex((found) => found.type === 'unsubscribed' && found.job_id === id)
  const earlier = socket.of('unsubscribed').length
  socket.send({ type: 'unsubscribe_job', job_id: id })
  await eventually(() => socket.of('unsubscribed').length > earlier)
  const since = random.chance(0.7) ? random.below(events.lastSeq(id) + 1) : undefined
  socket.send({ type: 'subscribe_job', job_id: id, ...(since === undefined ? {} : { since }) })
  await published
  const stream = () =>
    socket.messages.slice(left() + 1).filter((found) => 'job_id' in found && found.job_id === id)
  const answer = await eventually(() => stream().find((found) => found.type === 'subscribed'))
  const start = since ?? answer.last_seq ?? 0
  const updates = () => stream().flatMap((found) => (found.type === 'job_update' ? [found] : []))
  await eventually(() => (updates().at(-1)?.seq ?? start) === events.lastSeq(id))
  const isCut = stream().some(({ type }) => type === 'resync')
  const fault = faultOf(stream(), id, start)
  const same = JSON.stringify(updates()) === JSON.stringify(events.events(id).slice(start))
  socket.send({ type: 'unsubscribe_job', job_id: id })
  await eventually(() => socket.messages.at(-1)?.type === 'unsubscribed')
  // The next round's searches stay short.
  socket.messages.length = 0
  if (isCut) return 'cut without need'
  return fault ?? (same ? undefined : 'not what was published')
}

/** Several clients come to one job at about the same time. */
async function round(events: EventLog, sockets: TestSocket[], workspaceId: string, seed: number) {
  const random = seeded(seed)
  const id = events.add(workspaceId)
  for (let n = random.below(30); n > 0; n--) events.append(id, change(random, n), { lost: true })
  const published = publishing(events, id, random)
  const come = async (socket: TestSocket) => {
    await wait(random)
    return viewing(events, socket, id, random, published)
  }
  const faults = await Promise.all(sockets.map(come))
  return faults.flatMap((fault) => (fault ? [`TEST_SEED=${seed}: ${fault}`] : []))
}

t.test('whatever is published while clients come and go, each gets the log, once and in order', async (t) => {
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000)
  t.comment(`TEST_SEED=${seed}`)
  const random = seeded(seed)
  const live = await startLive(t, { limits: quick, through: unreliable(random) })
  live.events.slow(() => wait(random))
  const user = live.newUser()
  const rounds = full ? 3_000 : 250
  let next = 0
  const faults: string[] = []
  const worker = async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => live.signedIn(user)))
    for (let n = next++; n < rounds; n = next++) {
      faults.push(...(await round(live.events, sockets, user.workspace_id, seed + n)))
    }
  }
  await Promise.all(Array.from({ length: 12 }, worker))
  t.same(faults, [])
})

t.test('a lost message is read from the log: in the middle at once, at the end by comparing', async (t) => {
  const live = await startLive(t, { limits: { ...quick, compareMs: 300 } })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const sockets = await Promise.all([1, 2, 3].map(() => live.signedIn(user)))
  for (const socket of sockets) socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await Promise.all(sockets.map((socket) => socket.next('subscribed')))
  const reads = live.events.calls.events
  live.events.append(id, progress(1), { lost: true })
  live.events.append(id, progress(2), { lost: true })
  await live.events.append(id, progress(3)).sent
  await Promise.all(sockets.map((socket) => socket.next('job_update', 3)))
  t.equal(live.events.calls.events - reads, 1, 'one read serves every socket')
  live.events.append(id, state('succeeded'), { lost: true })
  await Promise.all(sockets.map((socket) => socket.next('job_update', 4, 1_500)))
  t.same(
    sockets.map((socket) => faultOf(socket.messages, id, 0)),
    [undefined, undefined, undefined]
  )

  live.events.setAway(true)
  live.events.append(id, state('queued'), { lost: true })
  await live.events.append(id, state('running')).sent
  const calls = live.events.calls.lastSeqs
  await eventually(() => live.events.calls.lastSeqs > calls + 1)
  t.equal(sockets[0]?.updates(id).length, 4, 'while the job service is away a hole stays a hole')
  live.events.setAway(false)
  await Promise.all(sockets.map((socket) => socket.next('job_update', 6)))
  t.equal(faultOf(sockets[0]?.messages ?? [], id, 0), undefined, 'and is filled when it is back')
})

t.test('a job service that is away is told, and the next try works', async (t) => {
  const live = await startLive(t, { limits: quick })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const socket = await live.signedIn(user)
  live.events.setAway(true)
  socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  t.match(await socket.next('error'), { code: 'UNAVAILABLE', job_id: id })
  live.events.setAway(false)
  socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await socket.next('subscribed')
})

t.test('up to 5,000 missed events are sent, more are cut', async (t) => {
  const live = await startLive(t, { limits: quick })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  for (let n = 1; n <= 5_001; n++) live.events.append(id, logLine(n, 'x'), { lost: true })
  const socket = await live.signedIn(user)
  socket.send({ type: 'subscribe_job', job_id: id, since: 1 })
  await socket.next('job_update', 5_000)
  t.equal(faultOf(socket.messages, id, 1), undefined)
  t.equal(socket.of('resync').length, 0)

  const late = await live.signedIn(user)
  late.send({ type: 'subscribe_job', job_id: id, since: 0 })
  t.same(await late.next('resync'), { type: 'resync', job_id: id, seq: 5_001 })
  await live.events.append(id, state('succeeded')).sent
  await late.next('job_update')
  t.same(late.updates(id), live.events.events(id).slice(-1), 'then live')

  for (let n = 1; n <= 5_001; n++) live.events.append(id, progress(n), { lost: true })
  await live.events.append(id, progress(1)).sent
  t.match(await late.next('resync', 2), { job_id: id }, 'the same for a hole in the middle')
  await eventually(() => faultOf(late.messages, id, 5_001) === undefined)

  live.events.trim(id, 9_000)
  const cut = await live.signedIn(user)
  cut.send({ type: 'subscribe_job', job_id: id, since: 8_000 })
  t.match(await cut.next('resync'), { job_id: id, seq: 8_999 }, 'a log that was cut says so')
  await eventually(() => cut.updates(id).at(-1)?.seq === live.events.lastSeq(id))
  t.equal(faultOf(cut.messages, id, 8_000), undefined)
})

t.test('more than can be held while a subscription opens is cut', async (t) => {
  const live = await startLive(t, { limits: { ...quick, held: 20 } })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const first = await live.signedIn(user)
  first.send({ type: 'subscribe_job', job_id: id })
  await first.next('subscribed')
  const gate = Promise.withResolvers<void>()
  live.events.append(id, progress(0))
  await first.next('job_update', 1)
  live.events.slow(() => gate.promise)
  const socket = await live.signedIn(user)
  socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await eventually(() => live.events.calls.snapshot === 2)
  for (let n = 1; n <= 50; n++) await live.events.append(id, progress(n)).sent
  await first.next('job_update', 51)
  gate.resolve()
  await eventually(() => socket.of('resync').at(-1)?.seq === 51 || socket.updates(id).at(-1)?.seq === 51)
  await live.events.append(id, progress(51)).sent
  await eventually(() => socket.updates(id).at(-1)?.seq === 52)
  t.equal(faultOf(socket.messages, id, 0), undefined)
})

t.test('subscribers cut off from Redis again and again miss nothing', async (t) => {
  const live = await startLive(t, { limits: quick })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const socket = await live.signedIn(user)
  socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await socket.next('subscribed')
  let done = false
  const killing = (async () => {
    while (!done) {
      await live.publisher.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await sleep(100)
    }
  })()
  for (let n = 1; n <= 300; n++) {
    await live.events.append(id, progress(n)).sent
    if (n % 10 === 0) await sleep(30)
  }
  done = true
  await killing
  await eventually(() => socket.updates(id).at(-1)?.seq === 300)
  t.equal(faultOf(socket.messages, id, 0), undefined)
  t.equal(socket.updates(id).length, 300)
})

t.test('Redis is killed and started again: events keep coming, late and then live', async (t) => {
  const port = await freePort()
  const user = { name: 'test', password: 'test', rules: '~* &* +@all' }
  const definition = valkeyDefinition({
    dataDir: t.testdir({}),
    port,
    users: [user],
    env: process.env,
    volatile: true
  })
  const first = await startChild(definition)
  const live = await startLive(t, { limits: { ...quick, subscribeMs: 100 }, redisUrl: valkeyUrl(port, user) })
  const viewer = live.newUser()
  const id = live.events.add(viewer.workspace_id)
  const socket = await live.signedIn(viewer)
  socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await socket.next('subscribed')
  await live.events.append(id, progress(1)).sent
  await socket.next('job_update')

  first.signal('SIGKILL')
  await first.exited
  for (let n = 2; n <= 20; n++) live.events.append(id, progress(n))
  await socket.next('job_update', 20)
  t.pass('without Redis the comparison brings them')
  const second = await live.signedIn(viewer)
  second.send({ type: 'subscribe_job', job_id: id, since: 10 })
  second.send({ type: 'subscribe_user_jobs' })
  await second.next('job_update', 10)
  t.pass('and a subscription does not wait for Redis')

  const again = await startChild(definition)
  t.teardown(() => again.stop())
  await eventually(async () => (await live.publisher.publish(`job:${id}`, 'x')) === 1)
  const reads = live.events.calls.events
  live.events.append(id, state('succeeded'))
  await socket.next('job_update', 21)
  await second.next('job_update', 11)
  t.equal(live.events.calls.events, reads, 'then messages bring them again')
  t.equal(faultOf(socket.messages, id, 0), undefined)
  t.equal(faultOf(second.messages, id, 10), undefined)
})
