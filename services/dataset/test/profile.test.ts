import { createServer as httpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ProfileClaim } from '@trainyard/contracts/internal'
import { expiredLeases } from '@trainyard/queue/leased-work'
import { newId } from '@trainyard/service-kit/ids'
import { internalClient } from '@trainyard/service-kit/internal-client'
import { connectRedis } from '@trainyard/service-kit/redis'
import { serviceIdentity } from '@trainyard/service-kit/service-auth'
import { eventually } from '@trainyard/testing/eventually'
import { freePort } from '@trainyard/testing/ports'
import { getTableColumns, getTableName } from 'drizzle-orm'
import t, { type Test } from 'tap'
import { profileQueue } from '../src/background.ts'
import { profileWork } from '../src/db/profile-runs.ts'
import { datasets, holds, profileRuns } from '../src/db/schema.ts'
import { checkHolds } from '../src/holds-check.ts'
import { migrateDataset } from '../src/migrate.ts'
import { reapLostRuns } from '../src/profile-runs.ts'
import { sweep } from '../src/sweep.ts'
import {
  codeOf,
  json,
  log,
  person,
  preview,
  profile,
  type Started,
  serviceKey,
  startDatasets
} from './start.ts'

t.setTimeout(90_000)

type Shown = { id: string; status: string; error: { reason: string } | null; columns: object[] }
const shown = async ({ as, ada }: Started, id: string) =>
  json<Shown>(await as(ada)('GET', `/api/datasets/${id}`))
const renew = (on: Started, { dataset_id, attempt, attempt_token }: ProfileClaim) =>
  on.post('/api/datasets/internal/status-update', attempt_token, { dataset_id, attempt })
/** The lease has run out by the database's clock. */
const runOut = (on: Started) =>
  on.pool.query(
    `update dataset.profile_runs set lease_until = now() - interval '1 second' where state = 'running'`
  )

t.test('a claim gives the oldest file, once, with a way to fetch it', async (t) => {
  const on = await startDatasets(t)
  t.equal((await on.claim()).status, 204)
  const first = await json<Shown>(await on.upload(on.ada, 'a,b\n1,2\n'))
  const second = await json<Shown>(await on.upload(on.bob, 'c\n1\n', 'x.jsonl'))
  const claimId = newId()
  const claimed = await json<ProfileClaim>(await on.claim(claimId))
  t.match(claimed, {
    ...{ dataset_id: first.id, attempt: 1, lease_seconds: 30, inflated_limit_bytes: 10_000_000 },
    dataset: { bytes: 8, format: 'csv', gzip: false }
  })
  t.equal(await (await fetch(claimed.url)).text(), 'a,b\n1,2\n')
  const again = await json<ProfileClaim>(await on.claim(claimId))
  t.match(
    again,
    { dataset_id: first.id, attempt: 1, attempt_token: claimed.attempt_token },
    'a lost reply can be asked for again'
  )
  const claims = await Promise.all(Array.from({ length: 8 }, () => on.claim()))
  t.same(claims.map((reply) => reply.status).sort(), [200, ...Array(7).fill(204)])
  const taken = claims.find((reply) => reply.status === 200)
  t.match(taken && (await json(taken)), { dataset_id: second.id, dataset: { format: 'jsonl' } })
  const twice = newId()
  await on.upload(on.ada, 'd\n1\n')
  const both = await Promise.all(
    [on.claim(twice), on.claim(twice)].map(async (reply) => json<ProfileClaim>(await reply))
  )
  t.equal(both[0]?.dataset_id, both[1]?.dataset_id)
  t.equal(both[0]?.attempt_token, both[1]?.attempt_token)
})

t.test('finish is taken once, from the attempt that holds the run', async (t) => {
  const on = await startDatasets(t)
  const { id } = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
  const claimed = await json<ProfileClaim>(await on.claim())
  const superseded = async (changes: Partial<ProfileClaim>) => {
    t.equal(await codeOf(await on.finish({ ...claimed, ...changes })), 'ATTEMPT_SUPERSEDED')
    t.equal(await codeOf(await renew(on, { ...claimed, ...changes })), 'ATTEMPT_SUPERSEDED')
  }
  await superseded({ attempt: 2 })
  await superseded({ attempt_token: 'x' })
  await superseded({ dataset_id: newId() })
  for (const [result, pointer] of [
    [{ profile, preview: null, error: null }, ''],
    [{ profile: null, preview: null, error: null }, ''],
    [{ profile, preview, error: { line: null, column: null, reason: 'x', message: 'x' } }, ''],
    [{ profile, preview: { columns: ['a'], rows: [['x'.repeat(300_000)]] }, error: null }, '/preview'],
    [{ profile: { ...profile, rows: -1 }, preview, error: null }, '/profile/rows'],
    [{ profile, preview, error: null, more: 1 }, '/more']
  ] as const) {
    const reply = await on.finish(claimed, result)
    t.match(await json(reply), { error: { code: 'VALIDATION', details: [{ pointer }] } })
  }
  t.equal((await shown(on, id)).status, 'profiling')
  t.equal((await renew(on, claimed)).status, 200)
  // Characters that a text column of the database would refuse.
  const odd = { ...profile, columns: [{ ...profile.columns[0], name: 'a\u0000\ud800' }] }
  t.same(await json(await on.finish(claimed, { profile: odd, preview, error: null })), { status: 'ready' })
  t.same(await json(await on.finish(claimed)), { status: 'ready' }, 'a repeat gets the same answer')
  t.equal((await shown(on, id)).status, 'ready')
  t.equal(await codeOf(await renew(on, claimed)), 'ATTEMPT_SUPERSEDED')
  await superseded({ attempt_token: 'x' })

  const wide = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
  const columns = Array.from({ length: 10_000 }, (_, n) => ({
    name: `c${n}`,
    type: 'number',
    missing: 0,
    distinct: 1,
    min: 0,
    max: 1,
    mean: 0,
    std: 1,
    median: 0
  }))
  const big = { profile: { ...profile, columns }, preview, error: null }
  t.same(await json(await on.finish(await json(await on.claim()), big)), { status: 'ready' })
  t.equal((await shown(on, wide.id)).columns.length, 10_000)

  const deleted = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
  const late = await json<ProfileClaim>(await on.claim())
  t.equal((await on.as(on.ada)('DELETE', `/api/datasets/${deleted.id}`)).status, 204)
  t.equal(await codeOf(await on.finish(late)), 'ATTEMPT_SUPERSEDED')
})

t.test('a lost attempt is tried again, its old writes refused; the third loss is the end', async (t) => {
  const on = await startDatasets(t)
  const { id } = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
  const attempts: ProfileClaim[] = []
  for (const number of [1, 2, 3]) {
    const claimed = await json<ProfileClaim>(await on.claim())
    t.equal(claimed.attempt, number)
    attempts.push(claimed)
    await runOut(on)
    if (number === 1) {
      t.equal((await renew(on, claimed)).status, 200, 'a lease that ran out and was not taken is renewed')
      t.same(await expiredLeases(on.db, profileWork), [])
      await runOut(on)
    }
    t.equal((await on.claim()).status, 204, 'nobody gets it before it was put back')
    await reapLostRuns(on.deps)
    for (const old of attempts) t.equal(await codeOf(await on.finish(old)), 'ATTEMPT_SUPERSEDED')
  }
  t.match(await shown(on, id), { status: 'invalid', error: { reason: 'profile_failed' } })
  t.equal((await on.claim()).status, 204)
  await reapLostRuns(on.deps)
  const bells = await on.pool.query(`select payload->>'gen' as gen from dataset.outbox order by id`)
  t.same(bells.rows, [{ gen: '1' }, { gen: '2' }, { gen: '3' }])
})

t.test('reapers, renewals and finishes at once: one of them decides', async (t) => {
  const on = await startDatasets(t)
  for (let n = 0; n < 20; n++) {
    const { id } = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
    const claimed = await json<ProfileClaim>(await on.claim())
    await runOut(on)
    const [finished] = await Promise.all([on.finish(claimed), reapLostRuns(on.deps), reapLostRuns(on.deps)])
    const { status } = await shown(on, id)
    t.ok(finished.status === 200 ? status === 'ready' : finished.status === 409 && status === 'profiling')
    const next = await on.claim()
    t.equal(next.status, finished.status === 200 ? 204 : 200)
    if (next.status === 200) await on.finish(await json(next))
  }
})

async function hear(t: Test, on: Started) {
  const heard: unknown[] = []
  const redis = connectRedis('worker', on.redis.url, log)
  const consumer = profileQueue.consumer(redis, async ({ payload }) => void heard.push(payload), {
    onError: () => undefined
  })
  t.teardown(async () => {
    await consumer.close(true)
    redis.disconnect()
  })
  return heard
}

t.test('an upload rings the queue, and pages hear of every change', async (t) => {
  const on = await startDatasets(t, { bells: true })
  const heard = await hear(t, on)
  const told: { dataset_id: string; status: string }[] = []
  const subscriber = on.redis.client.duplicate()
  t.teardown(() => subscriber.disconnect())
  subscriber.on('message', (_channel, text) => told.push(JSON.parse(text)))
  await subscriber.subscribe(`workspace:${on.ada.claims.workspace_id}`)
  const { id } = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
  await on.upload(on.bob, 'a\n1\n')
  await eventually(() => heard.length === 2)
  t.same(heard[0], { datasetId: id, gen: 1 })
  await eventually(async () => (await on.pool.query('select 1 from dataset.outbox')).rowCount === 0)
  await on.finish(await json(await on.claim()))
  await on.as(on.ada)('DELETE', `/api/datasets/${id}`)
  await eventually(() => told.length === 3)
  t.same(
    told.map(({ dataset_id, status }) => [dataset_id, status]),
    [
      [id, 'profiling'],
      [id, 'ready'],
      [id, 'deleted']
    ]
  )
})

t.test('while Redis is away uploads are taken; a bell that was lost is rung again', async (t) => {
  const away = await startDatasets(t, { bells: true, redisUrl: `redis://127.0.0.1:${await freePort()}` })
  const began = performance.now()
  const reply = await away.upload(away.ada, 'a\n1\n')
  t.equal(reply.status, 201)
  t.ok(performance.now() - began < 2_000)
  t.equal((await fetch(`${away.url}/readyz`)).status, 200)
  t.equal((await away.claim()).status, 200, 'a worker that polls gets it without a bell')

  const on = await startDatasets(t, { bells: true })
  await on.upload(on.ada, 'a\n1\n')
  await eventually(async () => (await on.pool.query('select 1 from dataset.outbox')).rowCount === 0)
  await on.redis.client.flushdb()
  const heard = await hear(t, on)
  await on.bells?.ringAgain(0)
  await eventually(() => heard.length === 1)
})

t.test('the sweep removes what is old and has no row, and nothing else', async (t) => {
  const on = await startDatasets(t)
  const kept = await json<Shown>(await on.upload(on.ada, 'a\n1\n'))
  const orphan = `${newId()}/${'0'.repeat(32)}`
  const foreign = 'somebody/elses.txt'
  await on.store.putBytes(orphan, Buffer.from('x'))
  await on.store.putBytes(foreign, Buffer.from('x'))
  await on.store.multipart.start(`${newId()}/${'1'.repeat(32)}`)
  t.same(await sweep({ db: on.db, store: on.store, log, graceSeconds: 3_600 }), { removed: 0, aborted: 0 })
  t.same(await sweep({ db: on.db, store: on.store, log, graceSeconds: -60 }), { removed: 1, aborted: 1 })
  const keys = await on.keys()
  t.equal(keys.length, 2)
  t.ok(keys.includes(foreign))
  t.equal((await on.as(on.ada)('GET', `/api/datasets/${kept.id}/download`)).status, 200)
})

t.test('old holds of jobs that are over are dropped, once the job service says so', async (t) => {
  const on = await startDatasets(t)
  const id = await on.ready(on.ada)
  const [running, over, young] = [newId(), newId(), newId()]
  for (const job of [running, over, young]) {
    await on.asJob('PUT', `/internal/datasets/${id}/holds/${job}`, {
      workspace_id: on.ada.claims.workspace_id
    })
  }
  await on.pool.query(
    `update dataset.holds set created_at = now() - interval '11 minutes' where job_id <> $1`,
    [young]
  )
  const asked: string[][] = []
  const server = httpServer((req, res) => {
    let text = ''
    req.on('data', (chunk) => (text += chunk))
    req.on('end', () => {
      asked.push(JSON.parse(text).job_ids)
      res.setHeader('content-type', 'application/json').end(JSON.stringify({ needed: [running] }))
    })
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  t.teardown(() => server.close())
  const identity = serviceIdentity({ name: 'dataset', key: serviceKey })
  const jobs = (port: number) =>
    internalClient({ baseUrl: `http://127.0.0.1:${port}`, audience: 'job', identity })
  await t.rejects(checkHolds({ db: on.db, jobs: jobs(await freePort()), log }), { code: 'UNAVAILABLE' })
  t.equal(await checkHolds({ db: on.db, jobs: jobs((server.address() as AddressInfo).port), log }), 1)
  t.same(
    asked.map((ids) => ids.sort()),
    [[running, over].sort()]
  )
  const left = await on.pool.query('select job_id from dataset.holds')
  t.same(left.rows.map((row) => row.job_id).sort(), [running, young].sort())
})

t.test('migrating twice changes nothing, and the tables are those of the code', async (t) => {
  const on = await startDatasets(t)
  const columns = async () => {
    const { rows } =
      await on.pool.query(`select table_name, column_name, data_type, is_nullable from information_schema.columns
      where table_schema = 'dataset' order by 1, 2`)
    return rows
  }
  const before = await columns()
  const owner = on.databaseUrl.replace('ty_dataset', 'ty_owner')
  t.same(await migrateDataset(owner), [])
  t.same(await columns(), before)
  for (const table of [datasets, holds, profileRuns]) {
    const known = Object.values(getTableColumns(table)).map(
      ({ name, notNull }) => `${name} ${notNull ? 'NO' : 'YES'}`
    )
    const real = before.filter((row) => row.table_name === getTableName(table))
    t.same(
      known.sort(),
      real.map((row) => `${row.column_name} ${row.is_nullable}`).sort(),
      getTableName(table)
    )
  }
  t.ok(person().claims.sub)
  await t.rejects(
    on.deps.db.execute('create table dataset.x (a int)'),
    'the service may not change its tables'
  )
})
