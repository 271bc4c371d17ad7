import { setTimeout as sleep } from 'node:timers/promises'
import { type ClientOptions, createClient } from '@trainyard/client/client'
import type { ApiError } from '@trainyard/client/errors'
import type { ConnectionState } from '@trainyard/client/live/connection'
import type { LiveOptions } from '@trainyard/client/live/live'
import type { JobUpdate } from '@trainyard/contracts/live'
import { eventually } from '@trainyard/testing/eventually'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { type Test, t } from 'tap'
import { logLine, metrics, progress, state } from './event-log.ts'
import { startLive, type User } from './harness.ts'
import { seeded } from './random.ts'

const full = process.env.TEST_FULL === '1'
t.setTimeout(full ? 600_000 : 60_000)
const quick = { compareMs: 50, inFlightMs: 10, tickMs: 50, messageBurst: 1_000_000, socketsPerUser: 10_000 }
const impatient: LiveOptions = { backoffBaseMs: 10, backoffCapMs: 100, silenceMs: 400, answerMs: 400 }

type Server = Awaited<ReturnType<typeof startLive>>

function liveOf(
  t: Test,
  port: number,
  options: Omit<ClientOptions, 'baseUrl'>,
  live: LiveOptions = impatient
) {
  const connection = createClient({ baseUrl: `http://127.0.0.1:${port}`, ...options }).live(live)
  t.teardown(() => connection.close())
  return connection
}
const signedIn = (t: Test, server: Server, user: User, port = server.port) =>
  liveOf(t, port, { apiKey: server.tokenFor(user) })

/** What is wrong with updates that should follow `last` without a gap or a repeat. */
function fault(updates: JobUpdate[], last: number) {
  let at = last
  for (const { seq, from_seq } of updates) {
    if ((from_seq ?? seq) !== at + 1) return `after ${at} came ${from_seq ?? seq}–${seq}`
    at = seq
  }
  return undefined
}

t.test('a job is followed from anywhere, by several readers at their own places', async (t) => {
  const server = await startLive(t, { limits: quick })
  const user = server.newUser()
  const id = server.events.add(user.workspace_id)
  for (let n = 1; n <= 10; n++) server.events.append(id, progress(n), { lost: true })
  const live = signedIn(t, server, user)
  const from = (since: number | undefined) => {
    const updates: JobUpdate[] = []
    const snapshots: number[] = []
    const subscription = live.subscribe(id, {
      since,
      onUpdate: (update) => updates.push(update),
      onSnapshot: ({ last_seq }) => snapshots.push(last_seq)
    })
    return { updates, snapshots, subscription }
  }
  const [all, some, fresh] = [from(0), from(7), from(undefined)]
  await eventually(() => all.updates.length === 10)
  server.events.append(id, state('succeeded'))
  await eventually(() => all.updates.length === 11)
  t.same(all.updates, server.events.events(id))
  t.same(
    some.updates.map(({ seq }) => seq),
    [8, 9, 10, 11]
  )
  t.same(
    fresh.updates.map(({ seq }) => seq),
    [11]
  )
  t.ok(fresh.snapshots.length > 0 && fresh.snapshots.every((seq) => seq === 10))
  t.equal(all.subscription.last(), 11)

  all.subscription.close()
  some.subscription.close()
  server.events.append(id, state('queued'))
  await eventually(() => fresh.updates.length === 2)
  t.equal(all.updates.length, 11, 'closed is closed')
  fresh.subscription.close()
  await eventually(async () => ((await server.publisher.pubsub('NUMSUB', `job:${id}`)) as unknown[])[1] === 0)
})

t.test('whatever happens to the connection, no event is lost or comes twice', async (t) => {
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000)
  t.comment(`TEST_SEED=${seed}`)
  const server = await startLive(t, { limits: quick })
  const user = server.newUser()
  const rounds = full ? 1_000 : 60
  const faults: string[] = []
  let next = 0

  async function round(number: number) {
    const random = seeded(number)
    const proxy = await faultProxy(t, server.port)
    const live = signedIn(t, server, user, proxy.port)
    const id = server.events.add(user.workspace_id)
    for (let n = random.below(20); n > 0; n--) server.events.append(id, progress(n), { lost: true })
    const since = random.chance(0.7) ? random.below(server.events.lastSeq(id) + 1) : undefined
    const updates: JobUpdate[] = []
    let start = since
    // TCP gives all bytes or no connection, so one that bytes were dropped from must not go on.
    const mend = () => {
      proxy.set('pass')
      if (dropped) proxy.closeAll()
      dropped = false
    }
    let dropped = false
    live.subscribe(id, {
      since,
      onUpdate: (update) => updates.push(update),
      onSnapshot: ({ last_seq }) => {
        start ??= last_seq
      }
    })
    for (let steps = 10 + random.below(20); steps > 0; steps--) {
      for (let n = random.below(6); n > 0; n--) {
        const change = random.chance(0.5) ? metrics(n, { a: n }) : logLine(n, 'line')
        server.events.append(id, change, { lost: random.chance(0.1) })
      }
      const bad = random.below(12)
      if (bad === 0) proxy.closeAll()
      if (bad === 1) proxy.set('reset')
      if (bad === 2) {
        proxy.set('drop')
        dropped = true
      }
      await sleep(random.below(15))
      if (random.chance(0.5)) mend()
    }
    mend()
    await eventually(
      () => start !== undefined && (updates.at(-1)?.seq ?? start) === server.events.lastSeq(id),
      15_000
    )
    live.close()
    const wrong = fault(updates, start ?? 0)
    const same = JSON.stringify(updates) === JSON.stringify(server.events.events(id).slice(start))
    if (wrong || !same) faults.push(`TEST_SEED=${number}: ${wrong ?? 'not what was published'}`)
  }
  const worker = async () => {
    for (let n = next++; n < rounds; n = next++) await round(seed + n)
  }
  await Promise.all(Array.from({ length: 10 }, worker))
  t.same(faults, [])
})

t.test('watchJob yields until the job is finished', async (t) => {
  const server = await startLive(t, { limits: quick })
  const user = server.newUser()
  const live = signedIn(t, server, user)
  const id = server.events.add(user.workspace_id)
  // An earlier attempt had ended: only the newest state counts.
  for (const change of [state('running'), state('failed'), state('queued'), progress(1)]) {
    server.events.append(id, change, { lost: true })
  }
  const seen: JobUpdate[] = []
  for await (const update of live.watchJob(id)) {
    seen.push(update)
    if (update.seq === 4) setTimeout(() => server.events.append(id, progress(2)), 20)
    if (update.seq === 5) server.events.append(id, state('succeeded'))
  }
  t.same(seen, server.events.events(id))

  const again: JobUpdate[] = []
  for await (const update of live.watchJob(id, { since: 4 })) again.push(update)
  t.equal(again.length, 2, 'a finished job is replayed and ends')
  for await (const update of live.watchJob(id, { since: 6 })) t.fail('nothing is left', { update })

  const endless = server.events.add(user.workspace_id)
  const abort = new AbortController()
  const watching = (async () => {
    for await (const { seq } of live.watchJob(endless, { signal: abort.signal })) {
      if (seq === 1) abort.abort(new Error('enough'))
    }
  })()
  server.events.append(endless, progress(1))
  await t.rejects(watching, { message: 'enough' })
  await t.rejects(live.watchJob(server.newUser().sub).next(), { code: 'JOB_NOT_FOUND', status: 404 })

  for (let n = 0; n < 5_100; n++) server.events.append(endless, logLine(n, ''), { lost: true })
  server.events.append(endless, state('stopped'), { lost: true })
  const cuts: number[] = []
  for await (const { seq } of live.watchJob(endless, { onResync: (at) => cuts.push(at) })) {
    t.fail('too much was missed to be yielded', { seq })
  }
  t.same(cuts, [5_102], 'a cut is told, and the end is still found')

  live.close()
  await t.rejects(live.watchJob(id).next(), { code: 'CLOSED' })
})

t.test('the user feed and a job on one socket', async (t) => {
  const server = await startLive(t, { limits: quick })
  const user = server.newUser()
  const [watched, other] = [server.events.add(user.workspace_id), server.events.add(user.workspace_id)]
  const live = signedIn(t, server, user)
  const jobs: string[] = []
  const stream: number[] = []
  let starts = 0
  live.userFeed({
    onStart: () => {
      starts += 1
    },
    onJob: ({ job_id, seq }) => jobs.push(`${job_id} ${seq}`)
  })
  live.subscribe(watched, { since: 0, onUpdate: ({ seq }) => stream.push(seq) })
  await eventually(() => starts === 1)
  for (const id of [watched, other]) {
    for (const change of [state('running'), metrics(1, { a: 1 }), progress(1)])
      await server.events.append(id, change).sent
  }
  await eventually(() => jobs.length === 4)
  t.same(
    jobs,
    [watched, other].flatMap((id) => [`${id} 1`, `${id} 3`])
  )
  t.same(stream, [1, 2, 3])
})

t.test('a gateway that restarts is found again; one that is silent is given up', async (t) => {
  const first = await startLive(t, { limits: quick })
  const user = first.newUser()
  const proxy = await faultProxy(t, first.port)
  const states: string[] = []
  const live = liveOf(t, proxy.port, { apiKey: first.tokenFor(user) })
  live.onState(({ name }) => states.push(name))
  const id = first.events.add(user.workspace_id)
  const seen: number[] = []
  live.subscribe(id, { since: 0, onUpdate: ({ seq }) => seen.push(seq) })
  await eventually(() => live.state().name === 'live')
  t.same(states, ['connecting', 'live'])

  proxy.set('drop')
  first.events.append(id, progress(1))
  await eventually(() => live.state().name !== 'live')
  t.pass('silence is noticed, though a page sees no pings')
  proxy.set('pass')
  proxy.closeAll()
  await eventually(() => seen.length === 1)

  proxy.set('reset')
  await eventually(() => live.state().name === 'reconnecting')
  proxy.set('pass')
  live.retryNow()
  await eventually(() => live.state().name === 'live')
  first.events.append(id, progress(2))
  await eventually(() => seen.length === 2)
  t.same(seen, [1, 2])
})

t.test('a page that is put aside has no socket, and goes on where it was', async (t) => {
  const server = await startLive(t, { limits: quick })
  const user = server.newUser()
  const id = server.events.add(user.workspace_id)
  const live = signedIn(t, server, user)
  const seen: number[] = []
  live.subscribe(id, { since: 0, onUpdate: ({ seq }) => seen.push(seq) })
  await eventually(() => live.state().name === 'live')
  t.ok(Date.now() - (live.heardAt() ?? 0) < 5_000, 'it says when the server was last heard')
  live.pause()
  t.equal(live.state().name, 'idle')
  server.events.append(id, progress(1))
  live.resume()
  live.pause()
  live.resume()
  await eventually(() => seen.length === 1)
  server.events.append(id, progress(2))
  await eventually(() => seen.length === 2)
  t.same(seen, [1, 2])
})

t.test('the token is renewed in-band; a session that ended is signed out', async (t) => {
  let server: Server | undefined
  let lifeMs = 1_500
  let renewals = 0
  const user = { sub: '', sid: '', ver: 1, role: 'member' as const, workspace_id: '' }
  const reply = () => {
    const token = server?.tokenFor(user, lifeMs)
    return { user: { id: user.sub }, token, expires_in: lifeMs / 1_000, refresh_token: 'again' }
  }
  let ended = false
  server = await startLive(t, {
    limits: quick,
    routes(app) {
      app.post('/api/auth/login', { config: { access: 'public' } }, async () => reply())
      app.post('/api/auth/refresh', { config: { access: 'public' } }, async (_req, response) => {
        renewals += 1
        if (!ended) return reply()
        const error = { code: 'REFRESH_INVALID', message: 'ended', details: [], request_id: 'x' }
        return response.code(401).send({ error })
      })
    }
  })
  Object.assign(user, server.newUser())
  const client = createClient({ baseUrl: `http://127.0.0.1:${server.port}` })
  await client.auth.login({ email: 'ada@example.com', password: 'x' })
  const states: ConnectionState['name'][] = []
  const live = client.live({ ...impatient, onState: ({ name }) => states.push(name) })
  t.teardown(() => live.close())
  const id = server.events.add(user.workspace_id)
  const errors: ApiError[] = []
  live.subscribe(id, { onError: (error) => errors.push(error) })
  await eventually(() => renewals >= 2)
  t.same(states, ['connecting', 'live'], 'one socket outlives its tokens')

  // A token that the gateway does not take, though the client thinks it is good: renewed once, then on.
  lifeMs = 600_000
  await client.auth.refresh()
  server.revoke(user)
  await eventually(() => live.state().name === 'signed_out')
  t.ok(
    states.filter((name) => name === 'connecting').length <= 3,
    'a revoked session is not tried again and again'
  )

  ended = true
  await t.rejects(client.auth.refresh(), { code: 'REFRESH_INVALID' })
  t.equal(client.auth.isSignedIn(), false)
  live.userFeed({})
  await eventually(() => live.state().name === 'signed_out')
})

t.test('a subscription waits for a job service that is away', async (t) => {
  const server = await startLive(t, { limits: quick })
  const user = server.newUser()
  const id = server.events.add(user.workspace_id)
  server.events.append(id, progress(1), { lost: true })
  server.events.setAway(true)
  const live = signedIn(t, server, user)
  const seen: number[] = []
  const errors: ApiError[] = []
  live.subscribe(id, {
    since: 0,
    onUpdate: ({ seq }) => seen.push(seq),
    onError: (error) => errors.push(error)
  })
  await eventually(() => server.events.calls.snapshot > 1)
  server.events.setAway(false)
  await eventually(() => seen.length === 1)
  t.same(errors, [])
  server.events.remove(id)
  await eventually(() => errors[0]?.code === 'JOB_NOT_FOUND')
  t.equal(errors[0]?.status, 404)
})
