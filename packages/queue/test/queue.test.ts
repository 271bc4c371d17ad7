import { eventually } from '@trainyard/testing/eventually'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { Queue } from 'bullmq'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { createDispatcher, oneByOne } from '../src/dispatcher.ts'
import { runAsLeader } from '../src/leader.ts'
import {
  attemptToken,
  claimedColumns,
  expiredLeases,
  nextEligible,
  renewLease,
  requeuedColumns
} from '../src/leased-work.ts'
import { addToOutbox, markSent, takeFromOutbox } from '../src/outbox.ts'
import { reRing } from '../src/re-ring.ts'
import { watchRunId } from '../src/run-id.ts'
import { bells, log, outbox, postgres, ready, redisPair, work } from './support.ts'

const bellsOf = (producer: ReturnType<typeof bells.producer>) => ({
  ring: (rows: { id: string; gen: number }[]) => producer.ring(rows.map(({ id, gen }) => ({ id, gen }))),
  stateOf: ({ id, gen }: { id: string; gen: number }) => producer.stateOf({ id, gen })
})

t.test('both ends of a queue parse, and ringing twice is one message', async (t) => {
  const { request, worker } = await redisPair(t)
  const producer = bells.producer(request)
  t.teardown(() => producer.close())
  await t.rejects(producer.ring([{ id: 'a', gen: 1.5 }]), { message: /does not match its schema/ })
  await producer.ring([{ id: 'a', gen: 1 }])
  await producer.ring([
    { id: 'a', gen: 1 },
    { id: 'b', gen: 1 }
  ])
  const raw = new Queue('bells', { connection: request })
  raw.on('error', () => undefined)
  t.teardown(() => raw.close())
  await raw.add('bells', { id: 7, stranger: true }, { jobId: 'bad' })
  const heard: string[] = []
  const consumer = bells.consumer(worker, async ({ payload }) => void heard.push(payload.id), {
    onError: () => undefined
  })
  t.teardown(() => consumer.close())
  const bad = await eventually(async () => (await raw.getFailed())[0])
  t.equal(bad.id, 'bad', 'what does not parse is failed')
  t.equal(bad.attemptsMade, 1, 'and not tried again')
  await eventually(() => heard.length === 2)
  t.same(heard.sort(), ['a', 'b'])
  t.equal(await producer.stateOf({ id: 'a', gen: 1 }), 'spent')
  t.equal(await producer.stateOf({ id: 'a', gen: 2 }), 'none')
})

t.test(
  'a producer fails at once while Redis is away, also when it was never there, and works when it is back',
  async (t) => {
    const { url } = await redisPair(t)
    const port = Number(new URL(url).port)
    const proxy = await faultProxy(t, port)
    const through = new URL(url)
    through.port = String(proxy.port)
    const redis = await ready(t, 'request', through.href)
    const producer = bells.producer(redis)
    t.teardown(() => producer.close())
    proxy.set('reset')
    await eventually(() => redis.status !== 'ready')
    const started = performance.now()
    await t.rejects(producer.ring([{ id: 'a', gen: 1 }]), { message: /redis is away/ })
    t.ok(performance.now() - started < 100)
    proxy.set('pass')
    await eventually(async () => {
      await producer.ring([{ id: 'a', gen: 1 }])
      return true
    })
    t.equal(await producer.stateOf({ id: 'a', gen: 1 }), 'waiting')
  }
)

t.test(
  'outbox entries are taken once, come back when the taker died, and go when they are sent',
  async (t) => {
    const { db } = await postgres(t)
    await db.transaction((tx) =>
      addToOutbox(
        tx,
        outbox,
        'ring',
        Array.from({ length: 30 }, (_, n) => ({ n }))
      )
    )
    await t.rejects(
      db.transaction(async (tx) => {
        await addToOutbox(tx, outbox, 'ring', [{ n: 99 }])
        throw new Error('rolled back')
      })
    )
    const take = { topic: 'ring', limit: 5, holdSeconds: 3, maxHoldSeconds: 3 }
    const takers = await Promise.all(Array.from({ length: 10 }, () => takeFromOutbox(db, outbox, take)))
    const ids = takers.flat().map(({ id }) => id)
    t.equal(ids.length, 30)
    t.equal(new Set(ids).size, 30, 'nobody got the same one')
    await markSent(db, outbox, ids.slice(0, 29))
    const [left] = await eventually(async () => {
      const again = await takeFromOutbox(db, outbox, take)
      return again.length > 0 && again
    }, 20_000)
    t.match(left, { id: ids[29], tries: 2 })
  }
)

t.test('the dispatcher is woken by other connections, repeats what failed, and stops cleanly', async (t) => {
  const { db, pool, url } = await postgres(t)
  const delivered: unknown[] = []
  let broken = true
  const deliver = oneByOne(async (payload) => {
    if (broken) throw new Error('the other side is away')
    delivered.push(payload)
  }, log)
  const dispatcher = createDispatcher({
    db,
    outbox,
    topics: { tell: { deliver } },
    databaseUrl: url,
    log,
    pollMs: 60_000
  })
  await pool.query(`insert into job.outbox (topic, payload) values ('tell', '1')`)
  await eventually(async () => (await pool.query('select 1 from job.outbox where tries > 0')).rowCount === 1)
  broken = false
  await dispatcher.retryNow('tell')
  await eventually(() => delivered.length === 1)
  for (let n = 2; n <= 40; n++)
    await pool.query(`insert into job.outbox (topic, payload) values ('tell', $1)`, [n])
  await eventually(() => delivered.length === 40)
  t.same(
    delivered,
    Array.from({ length: 40 }, (_, n) => n + 1),
    'each once, in order'
  )
  await eventually(async () => (await pool.query('select 1 from job.outbox')).rowCount === 0)
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()`
  )
  await pool.query(`insert into job.outbox (topic, payload) values ('tell', '41')`)
  await eventually(() => delivered.length === 41, 6_000)
  await dispatcher.stop()
})

t.test('claims take each row once, in order; leases run out by the database clock', async (t) => {
  const { db, pool } = await postgres(t)
  await pool.query(
    "insert into job.work (queued_at) select now() + n * interval '1 second' from generate_series(1, 20) n"
  )
  const secret = Buffer.alloc(32, 1)
  const claim = async (leaseSeconds: number) => {
    const claimId = crypto.randomUUID()
    const { token, hash } = attemptToken(secret, claimId)
    t.equal(attemptToken(secret, claimId).token, token, 'a repeated claim can be given the same token')
    const { rows } = await db.execute<{ id: string; attempt: number }>(sql`update job.work set
      ${claimedColumns({ claimId, workerId: 'w', tokenHash: hash, leaseSeconds })}
      where id = (${nextEligible(work, { eligible: sql`true`, order: sql`q.queued_at` })}) returning id, attempt`)
    return rows[0] && { ...rows[0], tokenHash: hash }
  }
  const claimed = (await Promise.all(Array.from({ length: 30 }, () => claim(0.1)))).filter(
    (row) => row !== undefined
  )
  t.equal(new Set(claimed.map(({ id }) => id)).size, 20)
  t.equal(claimed.length, 20)
  const [first] = claimed
  if (!first) throw new Error('nothing was claimed')
  await eventually(async () => (await expiredLeases(db, work)).length === 20)
  t.ok(
    await renewLease(db, work, { ...first, leaseSeconds: 30 }),
    'a lease that ran out and was not taken is renewed'
  )
  t.equal((await expiredLeases(db, work)).length, 19)
  await db.execute(sql`update job.work set ${requeuedColumns} where id = ${first.id}`)
  t.notOk(await renewLease(db, work, { ...first, leaseSeconds: 30 }), 'the old attempt is refused')
  t.match(await claim(30), { id: first.id, attempt: 2 })
})

t.test(
  'rows that nobody came for are rung again: after a flush, and when another row took their bell',
  async (t) => {
    const { db, pool } = await postgres(t)
    const { request, worker, client } = await redisPair(t)
    const producer = bells.producer(request)
    t.teardown(() => producer.close())
    await pool.query('insert into job.work (queued_at) select now() from generate_series(1, 120)')
    const options = { afterSeconds: 0 }
    t.equal(await reRing(db, work, bellsOf(producer), { afterSeconds: 30 }), 0, 'just rung')
    t.equal(await reRing(db, work, bellsOf(producer), options), 120)
    await client.flushdb()
    t.equal(await reRing(db, work, bellsOf(producer), options), 120)
    t.equal(await reRing(db, work, bellsOf(producer), options), 120, 'a no-op while the messages wait')
    const heard: number[] = []
    const consumer = bells.consumer(worker, async ({ payload }) => void heard.push(payload.gen), {
      concurrency: 20,
      onError: () => undefined
    })
    t.teardown(() => consumer.close())
    await eventually(() => heard.length === 120)
    t.ok(heard.every((gen) => gen === 1))
    await eventually(async () => {
      const { rows } = await pool.query('select id, gen from job.work')
      const states = await Promise.all(rows.map((row) => producer.stateOf(row)))
      return states.every((state) => state === 'spent')
    })
    await reRing(db, work, bellsOf(producer), options)
    await eventually(() => heard.length === 240)
    t.ok(
      heard.slice(120).every((gen) => gen === 2),
      'with a new id, as the old one is remembered as finished'
    )
  }
)

t.test('a server that forgot everything is noticed', async (t) => {
  const { url } = await redisPair(t)
  const proxy = await faultProxy(t, Number(new URL(url).port))
  const through = new URL(url)
  through.port = String(proxy.port)
  const redis = await ready(t, 'request', through.href)
  const seen: boolean[] = []
  const watch = watchRunId(redis, async (forgot) => seen.push(forgot), log)
  await eventually(() => seen.length === 1)
  proxy.closeAll()
  await eventually(() => seen.length === 2)
  t.same(seen, [true, false], 'a new connection to the same server is no loss')
  watch.stop()
})

t.test('one leader at a time; another follows when its connection is lost or it stops', async (t) => {
  const { pool, url } = await postgres(t)
  const runs: string[] = []
  const start = (who: string) =>
    runAsLeader({
      url,
      name: 'test',
      log,
      heartbeatMs: 50,
      tasks: [{ name: 'note', everyMs: 20, run: async () => runs.push(who) }]
    })
  const a = start('a')
  await eventually(() => runs.includes('a'))
  const b = start('b')
  const before = runs.length
  await eventually(() => runs.length > before + 10)
  t.notOk(runs.includes('b'))
  await pool.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted`)
  await eventually(
    () => runs.slice(-5).every((who) => who === 'b') || runs.slice(-5).every((who) => who === 'a')
  )
  await a.stop()
  await eventually(() => runs.at(-1) === 'b')
  await b.stop()
  const after = runs.length
  await new Promise((resolve) => setTimeout(resolve, 60))
  t.equal(runs.length, after, 'nothing runs after the stop')
})
