import type { Job } from '@trainyard/contracts/training'
import { eventually } from '@trainyard/testing/eventually'
import { leaks } from '@trainyard/testing/leaks'
import t from 'tap'
import { makerOf } from './support/maker.ts'
import { behindProxy, hasBell } from './support/processes.ts'
import { attemptOf, claimBody, claimNext } from './support/worker.ts'
import { fold, world } from './support/world.ts'

const full = process.env.TEST_FULL === '1'

t.test('Redis is on no request path', async (t) => {
  const w = await world(t)
  const { proxy, url } = await behindProxy(t, w.redis.url)
  const service = await w.start({ REDIS_URL: url }, { everyMs: 200, ringAfterSeconds: 0.5 })
  const create = makerOf(w, service)
  const ada = await w.person()
  await create(ada)

  for (const mode of ['reset', 'drop'] as const) {
    await t.test(
      `while it is away (${mode}) jobs are made, claimed and ended; bells ring when it is back`,
      async (t) => {
        proxy.set(mode)
        const started = performance.now()
        const id = await create(ada)
        const took = performance.now() - started
        t.ok(took < (full ? 300 : 1_500), `created in ${Math.round(took)} ms`)
        const attempt = await claimNext(service)
        t.equal((await attempt.report([{ type: 'log', stream: 'stdout', line: 'x' }])).status, 200)
        t.equal((await attempt.finish('failed', { reason: 'user_error' })).status, 200)
        t.equal((await service.call('GET', `${service.url}/readyz`, undefined)).status, 200)
        proxy.set('pass')
        proxy.closeAll()
        await eventually(() => hasBell(w, id), 20_000)
      }
    )
  }

  await t.test(
    'when it has forgotten everything the queued jobs are rung again, with the same number',
    async (t) => {
      const ids = await fold(20, () => create(ada))
      await eventually(
        async () => (await Promise.all(ids.map((id) => hasBell(w, id)))).every(Boolean),
        10_000
      )
      await w.redis.client.flushdb()
      await eventually(
        async () => (await Promise.all(ids.map((id) => hasBell(w, id)))).every(Boolean),
        15_000
      )
      const { rows } = await w.postgres.pool.query('select distinct gen from job.jobs where id = any($1)', [
        ids
      ])
      t.same(rows, [{ gen: 1 }])
    }
  )
})

t.test('when every Postgres connection is cut the service goes on', async (t) => {
  const w = await world(t)
  const service = await w.start({}, { leasesMs: 200, everyMs: 200 })
  const ada = await w.person()
  const create = makerOf(w, service)
  const id = await create(ada)
  await w.postgres.pool.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  )
  await eventually(async () => (await service.as(ada).get(`/${id}`)).status === 200)
  const attempt = await eventually(async () => {
    const { status, body } = await service.internally<Parameters<typeof attemptOf>[1]>('claim', claimBody())
    return status === 200 && attemptOf(service, body)
  })
  await w.postgres.pool.query(`update job.jobs set lease_until = now() - interval '1 second'`)
  await eventually(async () => (await service.as(ada).get<Job>(`/${id}`)).body.state === 'queued', 15_000)
  t.equal((await attempt.report()).status, 409, 'the reconciler found a new leader')
})

t.test('a stop in order leaves nothing open, also while Redis is away', async (t) => {
  const w = await world(t)
  const { proxy, url } = await behindProxy(t, w.redis.url)
  for (const mode of ['pass', 'reset'] as const) {
    const left = leaks()
    const service = await w.start({ REDIS_URL: url, BULL_BOARD: 'on' })
    t.equal((await service.internally('claim', claimBody())).status, 204)
    proxy.set(mode)
    const started = performance.now()
    await service.stop()
    t.ok(performance.now() - started < 8_000)
    await left(10_000)
    proxy.set('pass')
  }
})
