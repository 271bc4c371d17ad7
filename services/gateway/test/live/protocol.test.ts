import { eventually } from '@trainyard/testing/eventually'
import { leaks } from '@trainyard/testing/leaks'
import { t } from 'tap'
import { logLine, metrics, progress, state } from './event-log.ts'
import { ORIGIN, startLive } from './harness.ts'
import { faultOf, openSocket, refusedUpgrade } from './test-socket.ts'

const quick = { tickMs: 50, authenticateMs: 300, compareMs: 200, inFlightMs: 20 }

t.test('who a client is, is said in the first message or by a ticket', async (t) => {
  const live = await startLive(t, { limits: quick })
  const user = live.newUser()

  const silent = await openSocket(t, live.url)
  t.match(await silent.closed, { code: 4401 }, 'a client that says nothing is closed')

  const hasty = await openSocket(t, live.url)
  hasty.send({ type: 'subscribe_user_jobs' })
  t.match(await hasty.closed, { code: 4401 }, 'asking before signing in is closed')

  const forged = await openSocket(t, live.url)
  forged.send({ type: 'authenticate', token: 'forged' })
  t.match(await forged.closed, { code: 4401 }, 'a bad token is closed')
  t.equal(forged.of('authenticated').length, 0)

  const pipelined = await openSocket(t, live.url)
  pipelined.send({ type: 'authenticate', token: live.tokenFor(user) })
  pipelined.send({ type: 'subscribe_user_jobs' })
  await pipelined.next('subscribed')
  t.same(
    pipelined.messages.map(({ type }) => type),
    ['authenticated', 'subscribed'],
    'nothing needs to be waited for'
  )

  const ticket = live.ticketFor(user)
  const byTicket = await openSocket(t, live.url, [`ticket.${ticket}`])
  t.equal(byTicket.ws.protocol, `ticket.${ticket}`, 'the sub-protocol is echoed')
  await byTicket.next('authenticated')
  t.equal(await refusedUpgrade(live.url, [`ticket.${ticket}`]), 401, 'a ticket works once')
  t.equal(await refusedUpgrade(live.url, ['ticket.unknown']), 401)
  t.equal(await refusedUpgrade(live.url, [`ticket.${live.ticketFor(user)}`, 'chat']), 401, 'only a ticket')
  t.equal(await refusedUpgrade(live.url, ['chat']), 401)
})

t.test('upgrades from other sites and on other paths are refused', async (t) => {
  const live = await startLive(t)
  t.equal(await refusedUpgrade(live.url, [], { origin: 'https://evil.example' }), 403)
  t.equal(await refusedUpgrade(live.url, [], { origin: 'null' }), 403)
  t.equal(await refusedUpgrade(live.url, [], { origin: ORIGIN }), undefined)
  t.equal(await refusedUpgrade(live.url.replace('/ws', '/elsewhere')), 404)
  const plain = await fetch(live.url.replace('ws:', 'http:'))
  t.equal(plain.status, 404, 'plain HTTP finds nothing there')
  t.match(await plain.json(), { error: { code: 'NOT_FOUND' } })
})

t.test('a job is watched from its snapshot on, or from any seq', async (t) => {
  const live = await startLive(t, { limits: quick })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  for (let step = 1; step <= 5; step++) await live.events.append(id, progress(step)).sent

  const socket = await live.signedIn(user)
  socket.send({ type: 'subscribe_job', job_id: id })
  const subscribed = await socket.next('subscribed')
  t.match(subscribed, { job_id: id, last_seq: 5, snapshot: { id, last_seq: 5 } })
  await live.events.append(id, metrics(6, { 'train/loss': 0.5 })).sent
  await socket.next('job_update')
  t.same(socket.updates(id), [live.events.events(id)[5]], 'then what is new, as it was published')

  const later = await live.signedIn(user)
  later.send({ type: 'subscribe_job', job_id: id, since: 2 })
  await later.next('job_update', 4)
  t.equal(later.messages[1]?.type, 'subscribed', 'first the snapshot')
  t.same(later.updates(id), live.events.events(id).slice(2), 'then the events after it')

  later.send({ type: 'subscribe_job', job_id: id, since: 5 })
  await later.next('subscribed', 2)
  await eventually(() => later.updates(id).length === 5)
  await live.events.append(id, state('succeeded')).sent
  await eventually(() => later.updates(id).length === 6)
  t.same(
    later.updates(id).map(({ seq }) => seq),
    [3, 4, 5, 6, 6, 7],
    'subscribing again starts over, and nothing comes twice afterwards'
  )

  const hasty = await live.signedIn(user)
  for (const since of [0, 3, 5]) hasty.send({ type: 'subscribe_job', job_id: id, since })
  for (let i = 0; i < 2; i++) hasty.send({ type: 'subscribe_job', job_id: user.sub })
  await hasty.next('subscribed', 3)
  await hasty.next('error', 2)
  await eventually(() => hasty.updates(id).at(-1)?.seq === 7)
  t.equal(
    hasty.of('subscribed').length,
    3,
    'each request is answered, also those that the next one took over'
  )
  t.same(
    hasty.of('error').map(({ code }) => code),
    ['JOB_NOT_FOUND', 'JOB_NOT_FOUND']
  )
  t.same(
    hasty
      .updates(id)
      .slice(-2)
      .map(({ seq }) => seq),
    [6, 7],
    'and the last one counts'
  )

  const ahead = await live.signedIn(user)
  ahead.send({ type: 'subscribe_job', job_id: id, since: 900 })
  t.match(await ahead.next('resync'), { job_id: id, seq: 7 }, 'a client ahead of the log starts again')
})

t.test('nothing of a job follows its unsubscribed', async (t) => {
  const live = await startLive(t)
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const socket = await live.signedIn(user)
  for (let round = 1; round <= 20; round++) {
    const before = socket.messages.length
    socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
    const publishing = Promise.all(
      Array.from({ length: 20 }, (_, n) => live.events.append(id, progress(n)).sent)
    )
    if (round % 2 === 0) await eventually(() => socket.messages.length > before)
    socket.send({ type: 'unsubscribe_job', job_id: id })
    await socket.next('unsubscribed', round)
    await publishing
    const last = socket.messages.at(-1)
    if (last?.type !== 'unsubscribed') t.fail(`round ${round}`, { found: last })
  }
  socket.send({ type: 'subscribe_user_jobs' })
  await socket.next('subscribed', socket.of('subscribed').length + 1)
  t.equal(socket.messages.at(-1)?.type, 'subscribed')
})

t.test('the user feed brings state, progress and datasets; a frame comes once', async (t) => {
  const live = await startLive(t)
  const user = live.newUser()
  const watched = live.events.add(user.workspace_id)
  const other = live.events.add(user.workspace_id)
  const foreign = live.events.add(live.newUser().workspace_id)
  const socket = await live.signedIn(user)
  socket.send({ type: 'subscribe_user_jobs' })
  socket.send({ type: 'subscribe_job', job_id: watched })
  await socket.next('subscribed', 2)
  for (const id of [watched, other, foreign]) {
    await live.events.append(id, state('running')).sent
    await live.events.append(id, metrics(1, { 'train/loss': 1 })).sent
    await live.events.append(id, progress(1)).sent
  }
  const dataset = { type: 'dataset_update', dataset_id: other, ts: new Date().toISOString(), status: 'ready' }
  await live.publisher.publish(`workspace:${user.workspace_id}`, JSON.stringify(dataset))
  t.same(await socket.next('dataset_update'), dataset)
  await eventually(() => socket.updates(watched).length === 3)
  t.same(socket.updates(watched), live.events.events(watched), 'all of a watched job, once')
  t.same(
    socket.updates(other).map(({ event }) => event),
    ['state', 'progress'],
    'state and progress of the others'
  )
  t.equal(socket.updates(foreign).length, 0)
})

t.test('a foreign, missing or malformed job is the same: not found', async (t) => {
  const live = await startLive(t, { limits: quick })
  const [ada, bob] = [live.newUser(), live.newUser()]
  const id = live.events.add(ada.workspace_id)
  const missing = ada.sub
  const socket = await live.signedIn(bob)
  for (const job_id of [id, missing, 'x']) {
    const count = socket.of('error').length + 1
    socket.send({ type: 'subscribe_job', job_id, since: 0 })
    t.match(await socket.next('error', count), {
      code: 'JOB_NOT_FOUND',
      message: 'There is no such job.',
      job_id
    })
  }
  const owner = await live.signedIn(ada)
  socket.send({ type: 'subscribe_job', job_id: id })
  owner.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await owner.next('subscribed')
  await live.events.append(id, state('running')).sent
  await owner.next('job_update')
  t.equal(socket.updates(id).length, 0, 'and brings nothing')

  live.events.remove(id)
  t.match(await owner.next('error'), { code: 'JOB_NOT_FOUND', job_id: id }, 'a deleted job is told')
})

t.test('bad messages are answered, floods and giants are closed', async (t) => {
  const live = await startLive(t, { limits: { messageBurst: 40, messagesPerSecond: 10 } })
  const user = live.newUser()
  const socket = await live.signedIn(user)
  const bad: [unknown, string][] = [
    ['{', 'BAD_REQUEST'],
    ['', 'BAD_REQUEST'],
    ['null', 'VALIDATION'],
    [[], 'VALIDATION'],
    [{ type: 'shutdown' }, 'VALIDATION'],
    [{ type: 7 }, 'VALIDATION'],
    [{ type: 'subscribe_job' }, 'VALIDATION'],
    [{ type: 'subscribe_job', job_id: user.sub, since: -1 }, 'VALIDATION'],
    [{ type: 'subscribe_job', job_id: user.sub, extra: 1 }, 'VALIDATION'],
    ['{"type":"subscribe_user_jobs","__proto__":{}}', 'VALIDATION'],
    ['['.repeat(30_000), 'BAD_REQUEST'],
    [`${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'VALIDATION']
  ]
  for (const [index, [message, code]] of bad.entries()) {
    socket.send(message)
    t.match(await socket.next('error', index + 1), { code }, JSON.stringify(message).slice(0, 60))
  }
  t.same(
    socket
      .of('error')
      .slice(6, 9)
      .map(({ message }) => message),
    [
      '"job_id" is missing.',
      '"since" must be a whole number of 0 or more.',
      '"extra" is not a known field; there are type, job_id and since.'
    ],
    'the field is named'
  )
  socket.send({ type: 'subscribe_user_jobs' })
  await socket.next('subscribed')

  const giant = await live.signedIn(user)
  giant.send('x'.repeat(65_537))
  t.match(await giant.closed, { code: 1009, reason: 'A message may have 65536 bytes.' })
  const binary = await live.signedIn(user)
  binary.ws.send(Buffer.from('{}'), { binary: true })
  t.match(await binary.closed, { code: 1003 })
  const flood = await live.signedIn(user)
  for (let n = 0; n < 1_000; n++) flood.send('{')
  t.match(await flood.closed, { code: 1008 })
  t.match(flood.of('error').at(-1), { code: 'TOO_MANY_REQUESTS' })
})

t.test('a token that ends closes the socket unless a fresh one came', async (t) => {
  const live = await startLive(t, { limits: quick })
  const user = live.newUser()
  const [ends, renewed] = [await live.signedIn(user, 600), await live.signedIn(user, 600)]
  renewed.send({ type: 'authenticate', token: live.tokenFor(user) })
  await renewed.next('authenticated', 2)
  t.match(await ends.closed, { code: 4401 })
  t.equal(renewed.ws.readyState, renewed.ws.OPEN)
  renewed.send({ type: 'authenticate', token: live.tokenFor(live.newUser()) })
  t.match(await renewed.closed, { code: 4401 }, 'a socket stays with its user')

  const withTicket = await openSocket(t, live.url, [`ticket.${live.ticketFor(user, 400)}`])
  t.match(await withTicket.closed, { code: 4401 }, 'a ticket lives as long as the token that asked for it')
})

t.test('a revoked session loses its sockets', async (t) => {
  const live = await startLive(t, { limits: { ...quick, revocationMs: 200 } })
  const [told, found, stays] = [live.newUser(), live.newUser(), live.newUser()]
  const sockets = [await live.signedIn(told), await live.signedIn(found), await live.signedIn(stays)] as const
  live.revoke(told)
  t.match(await sockets[0].closed, { code: 4401 })
  live.revoke(found, false)
  t.match(await sockets[1].closed, { code: 4401 }, 'the sweep finds what nobody told')
  t.equal(sockets[2].ws.readyState, sockets[2].ws.OPEN)
  const back = await openSocket(t, live.url)
  back.send({ type: 'authenticate', token: live.tokenFor(told) })
  t.match(await back.closed, { code: 4401 })
  t.equal(await refusedUpgrade(live.url, [`ticket.${live.ticketFor(told)}`]), 401)
})

t.test('sockets, and jobs on a socket, are counted', async (t) => {
  const live = await startLive(t, { limits: { sockets: 4, socketsPerUser: 2, jobsPerSocket: 2 } })
  const user = live.newUser()
  const first = await live.signedIn(user)
  await live.signedIn(user)
  const third = await openSocket(t, live.url)
  third.send({ type: 'authenticate', token: live.tokenFor(user) })
  t.match(await third.closed, { code: 1013 }, 'a third one of the same user')
  await live.signedIn(live.newUser())
  await live.signedIn(live.newUser())
  t.equal(await refusedUpgrade(live.url), 503, 'a fifth one of anybody')
  const ids = [1, 2, 3].map(() => live.events.add(user.workspace_id))
  for (const job_id of ids) first.send({ type: 'subscribe_job', job_id })
  t.match(await first.next('error'), { code: 'TOO_MANY_REQUESTS', job_id: ids[2] })
  first.send({ type: 'unsubscribe_job', job_id: ids[0] })
  first.send({ type: 'subscribe_job', job_id: ids[2] })
  await first.next('subscribed', 3)
  first.ws.close()
  await first.closed
  await eventually(async () => (await refusedUpgrade(live.url)) === undefined)
})

t.test('a peer that does not answer pings is dropped; one that does stays', async (t) => {
  const live = await startLive(t, { limits: { tickMs: 20, pingMs: 50, silentMs: 250 } })
  const user = live.newUser()
  const [dead, alive] = [await live.signedIn(user), await live.signedIn(user)]
  dead.ws.pause()
  await eventually(async () => (await connections(live)) === 1)
  t.equal(alive.ws.readyState, alive.ws.OPEN)
})

const connections = ({ app }: Awaited<ReturnType<typeof startLive>>) =>
  new Promise<number>((done, failed) => {
    app.server.getConnections((err, count) => (err ? failed(err) : done(count)))
  })

t.test('a gateway that stops tells its clients to come back and leaves nothing behind', async (t) => {
  // Runs last: teardown goes backwards.
  t.teardown(leaks())
  const live = await startLive(t, { limits: { goodbyeMs: 200 } })
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const [polite, paused] = [await live.signedIn(user), await live.signedIn(user)]
  polite.send({ type: 'subscribe_job', job_id: id })
  polite.send({ type: 'subscribe_user_jobs' })
  await polite.next('subscribed', 2)
  paused.ws.pause()
  await live.app.close()
  t.match(await polite.closed, { code: 1012 })
  t.equal(
    await Promise.race([paused.closed, 'still open']),
    'still open',
    'nobody waits for one that is deaf'
  )
  paused.ws.resume()
  await paused.closed
})

t.test('many sockets on one job are one subscription', async (t) => {
  const live = await startLive(t)
  const user = live.newUser()
  const id = live.events.add(user.workspace_id)
  const sockets = await Promise.all(Array.from({ length: 30 }, () => live.signedIn(user)))
  for (const socket of sockets) socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await Promise.all(sockets.map((socket) => socket.next('subscribed')))
  const subscribers = async () => ((await live.publisher.pubsub('NUMSUB', `job:${id}`)) as unknown[])[1]
  t.equal(await subscribers(), 1)
  for (let n = 1; n <= 50; n++) await live.events.append(id, logLine(n, 'x')).sent
  await Promise.all(sockets.map((socket) => eventually(() => socket.updates(id).length === 50)))
  t.same([...new Set(sockets.map((socket) => faultOf(socket.messages, id, 0)))], [undefined])
  for (const socket of sockets) socket.ws.close()
  await eventually(async () => (await subscribers()) === 0)
  t.ok('the last one to leave ends it')
})
