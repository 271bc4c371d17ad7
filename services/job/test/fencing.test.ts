import type { Claim } from '@trainyard/contracts/internal'
import type { Job } from '@trainyard/contracts/training'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { makerOf } from './support/maker.ts'
import { attemptOf, claimBody, claimNext, progress } from './support/worker.ts'
import { type Reply, world } from './support/world.ts'

const full = process.env.TEST_FULL === '1'
const quick = { leasesMs: 100, everyMs: 200 }
type Coded = { error: { code: string } }
const codeOf = ({ body }: Reply<unknown>) => (body as Coded).error?.code

t.test('fencing', async (t) => {
  const w = await world(t, { LEASE_SECONDS: '1' })
  const service = await w.start({}, quick)
  const create = makerOf(w, service)
  const ada = await w.person()
  const job = async (id: string) => (await service.as(ada).get<Job>(`/${id}`)).body
  const until = (id: string, state: string) =>
    eventually(async () => {
      const found = await job(id)
      return found.state === state && found
    }, 15_000)
  const next = (id: string) =>
    eventually(async () => {
      const { status, body } = await service.internally<Claim>('claim', claimBody())
      return status === 200 && body.job_id === id && attemptOf(service, body)
    }, 15_000)

  await t.test(
    'a lease that runs out queues the job again, and the old attempt is refused everywhere',
    async (t) => {
      const id = await create(ada)
      const old = await claimNext(service)
      const file = await old.upload('artifact', 'model.pt', Buffer.from('old'))
      const ckpt = await old.upload('checkpoint', '5.ckpt', Buffer.from('old'))
      const fresh = await next(id)
      t.equal(fresh.attempt, 2)
      const before = (await job(id)).last_seq
      const calls = [
        () => old.report(),
        () => old.report([{ type: 'progress', data: progress(9) }]),
        () => old.post('urls', { want: [{ kind: 'dataset' }] }),
        () => old.post('checkpoints', { ...ckpt, step: 5 }),
        () => old.finish('succeeded', { artifacts: [file] }),
        () => old.release()
      ]
      for (const call of calls) {
        const reply = await call()
        t.match([reply.status, codeOf(reply)], [409, 'ATTEMPT_SUPERSEDED'])
      }
      const stranger = attemptOf(service, { ...fresh, attempt_token: old.attempt_token })
      for (const reply of [
        await stranger.report(),
        await stranger.release(),
        await stranger.finish('failed')
      ])
        t.equal(reply.status, 401, 'the old token with the new number')
      t.equal((await fresh.report()).status, 200)
      t.equal((await job(id)).last_seq, before, 'nothing of the old attempt was stored')
      await fresh.finish('failed', { reason: 'user_error' })
    }
  )

  await t.test('a lease that ran out and was not taken is renewed by the next write', async (t) => {
    const other = await world(t, { LEASE_SECONDS: '1' })
    const calm = await other.start({}, { leasesMs: 600_000 })
    const bob = await other.person()
    await makerOf(other, calm)(bob)
    const attempt = await claimNext(calm)
    await eventually(async () => {
      const { rowCount } = await other.postgres.pool.query('select 1 from job.jobs where lease_until < now()')
      return rowCount === 1
    })
    t.equal((await attempt.report()).status, 200)
    t.equal((await attempt.finish('failed', { reason: 'user_error' })).status, 200)
  })

  await t.test(
    'ten lost leases without a checkpoint end the job; a checkpoint gives the budget back',
    async (t) => {
      const id = await create(ada)
      const attempt = await claimNext(service)
      await w.postgres.pool.query('update job.jobs set lease_losses = 9 where id = $1', [id])
      const ckpt = await attempt.upload('checkpoint', '5.ckpt', Buffer.from('five'))
      await attempt.post('checkpoints', { ...ckpt, step: 5 })
      await until(id, 'queued')
      await next(id)
      await w.postgres.pool.query('update job.jobs set lease_losses = 9 where id = $1', [id])
      t.match(await until(id, 'failed'), { reason: 'worker_lost', message: /10 workers/ })
    }
  )

  await t.test('a trainer that dies twice in the same way fails the job and says how', async (t) => {
    const id = await create(ada)
    const crash = async (signature: string) => (await next(id)).finish('crashed', { signature })
    t.same((await crash('SIGSEGV in loader')).body, { state: 'queued' })
    t.same((await crash('exit 137')).body, { state: 'queued' }, 'another way is another death')
    t.same((await crash('SIGSEGV in loader')).body, { state: 'failed' })
    t.match(await job(id), {
      reason: 'data_error',
      message: /2 times in the same way \(SIGSEGV in loader\)/,
      attempt: 3
    })
    const other = await create(ada)
    const ways = [1, 2, 3, 4, 5]
    const states: string[] = []
    for (const way of ways)
      states.push((await (await next(other)).finish('crashed', { signature: `way ${way}` })).body.state)
    t.same(states, ['queued', 'queued', 'queued', 'queued', 'failed'], 'and not for ever in new ways either')
  })

  await t.test(
    'a release queues the job again and counts as nothing; repeated it gets the same answer',
    async (t) => {
      const id = await create(ada)
      const attempt = await claimNext(service)
      t.same((await attempt.release()).body, { state: 'queued' })
      t.same((await attempt.release()).body, { state: 'queued' })
      const again = await next(id)
      t.equal(again.attempt, 2)
      const { rows } = await w.postgres.pool.query(
        'select lease_losses, trainer_crashes, gen from job.jobs where id = $1',
        [id]
      )
      t.same(rows, [{ lease_losses: 0, trainer_crashes: {}, gen: 2 }])
      await service.as(ada).post(`/${id}/stop`)
      t.same((await again.release()).body, { state: 'stopped' }, 'unless it was to stop')
    }
  )

  await t.test(
    'a lost worker of a stopping job leaves it stopped; one that does not stop is ended',
    async (t) => {
      const id = await create(ada)
      await claimNext(service)
      t.equal((await service.as(ada).post(`/${id}/stop`)).status, 202)
      t.match(await until(id, 'stopped'), { reason: 'user_stopped' })
      const slow = await create(ada)
      const attempt = await next(slow)
      await service.as(ada).post(`/${slow}/stop`)
      await w.postgres.pool.query(
        `update job.jobs set stop_deadline = now() - interval '1 second', phase = 'uploading',
      lease_until = now() + interval '1 minute' where id = $1`,
        [slow]
      )
      await new Promise((resolve) => setTimeout(resolve, 250))
      t.equal((await job(slow)).state, 'stopping', 'uploads get a little longer')
      await w.postgres.pool.query(`update job.jobs set phase = 'training' where id = $1`, [slow])
      t.match(await until(slow, 'stopped'), { reason: 'user_stopped', message: /did not stop in time/ })
      t.equal(codeOf(await attempt.report()), 'ATTEMPT_SUPERSEDED')
    }
  )

  await t.test(
    `${full ? 500 : 40} stops against ends: one legal outcome each, and both sides are told the same`,
    async (t) => {
      const rounds = full ? 500 : 40
      const outcomes = new Map<string, number>()
      await w.postgres.pool.query(
        `update job.jobs set state = 'failed', finished_at = now() where state = 'queued'`
      )
      for (let i = 0; i < rounds; i++) {
        const id = await create(ada)
        const attempt = await claimNext(service)
        const artifact =
          i % 10 === 0 ? [await attempt.upload('artifact', 'model.pt', Buffer.from(`${i}`))] : []
        const [stop, finish] = await Promise.all([
          service.as(ada).post<Job>(`/${id}/stop`),
          attempt.finish('succeeded', { artifacts: artifact })
        ])
        const { state, reason, timeline } = await job(id)
        outcomes.set(state, (outcomes.get(state) ?? 0) + 1)
        const seen = timeline.map((entry) => entry.state).join()
        const legal =
          (state === 'succeeded' && stop.status === 409 && seen === 'queued,running,succeeded') ||
          (state === 'stopped' &&
            stop.status === 202 &&
            reason === 'user_stopped' &&
            seen === 'queued,running,stopping,stopped')
        if (!legal || finish.body.state !== state)
          t.fail(`${i}: ${state} ${stop.status} ${seen} ${finish.body.state}`)
        const { body } = await service.as(ada).get<{ items: unknown[] }>(`/${id}/artifacts`)
        if (body.items.length !== artifact.length) t.fail(`${i}: artifacts of a job that ended`)
      }
      t.equal(
        [...outcomes.values()].reduce((sum, n) => sum + n, 0),
        rounds
      )
      t.comment(`outcomes: ${JSON.stringify([...outcomes])}`)
    }
  )
})
