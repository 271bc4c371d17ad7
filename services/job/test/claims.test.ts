import type { Claim } from '@trainyard/contracts/internal'
import type { Job } from '@trainyard/contracts/training'
import { createLog } from '@trainyard/service-kit/log'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { createSameCatalogue } from '../src/same-catalogue.ts'
import type { Person } from './support/identities.ts'
import { makerOf } from './support/maker.ts'
import { attemptOf, claimBody, claimNext } from './support/worker.ts'
import { fold, world } from './support/world.ts'

t.test('claims', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const create = makerOf(w, service)
  const people = await fold(3, () => w.person())
  const [ada, bob, cyd] = people as [Person, Person, Person]

  await t.test('20 claimers share 30 jobs: each job once', async (t) => {
    for (let i = 0; i < 30; i++) await create(i < 20 ? ada : bob)
    const claimed: Claim[] = []
    await fold(20, async () => {
      for (;;) {
        const { status, body } = await service.internally<Claim>('claim', claimBody())
        if (status === 204) return
        claimed.push(body)
      }
    })
    t.equal(claimed.length, 30)
    t.equal(new Set(claimed.map(({ job_id }) => job_id)).size, 30)
    t.equal(new Set(claimed.map(({ attempt_token }) => attempt_token)).size, 30)
    t.ok(claimed.every(({ attempt }) => attempt === 1))
    await fold(30, async (i) =>
      attemptOf(service, claimed[i] as Claim).finish('failed', { reason: 'user_error' })
    )
  })

  await t.test(
    'the workspace with the fewest running jobs comes first, then the longest waiting',
    async (t) => {
      for (const who of [ada, ada, ada, bob, bob, cyd]) await create(who)
      const owners: string[] = []
      for (let i = 0; i < 6; i++) {
        const { job_id } = await claimNext(service)
        const { rows } = await w.postgres.pool.query('select workspace_id from job.jobs where id = $1', [
          job_id
        ])
        owners.push(
          ['ada', 'bob', 'cyd'][people.findIndex(({ workspace }) => workspace === rows[0].workspace_id)] ?? ''
        )
      }
      t.same(owners, ['ada', 'bob', 'cyd', 'ada', 'bob', 'ada'])
    }
  )

  await t.test(
    'a repeated claim gets the same answer, one job at a time, while its attempt is current',
    async (t) => {
      await create(ada)
      await create(ada)
      const body = claimBody()
      const replies = await fold(10, () => service.internally<Claim>('claim', body))
      t.equal(new Set(replies.map(({ body }) => body.job_id)).size, 1)
      const attempt = attemptOf(service, replies[0]?.body as Claim)
      t.equal((await attempt.report()).status, 200, 'and its token works')
      await attempt.finish('failed', { reason: 'user_error' })
      const other = await service.internally<Claim>('claim', body)
      t.equal(other.status, 204, 'an ended claim is not answered with another job')
      await (await claimNext(service)).finish('failed', { reason: 'user_error' })
    }
  )

  await t.test('a worker gets only what it can do', async (t) => {
    await create(ada, { model: { architecture: 'mlp' } })
    const refused = [
      { kinds: ['linear'] },
      { worker_id: 'gpu-1', accelerator: 'gpu' },
      { catalogue_hash: '0'.repeat(64) }
    ]
    for (const more of refused) t.equal((await service.internally('claim', claimBody(more))).status, 204)
    t.equal((await service.internally('claim', claimBody(), 'wrong')).status, 401)
    t.equal((await service.internally('claim', claimBody(), ada.token)).status, 401, 'a person is no worker')
    t.equal((await claimNext(service)).spec.model.architecture, 'mlp')
    const auto = await create(ada)
    t.match(
      await service.internally('claim', claimBody({ worker_id: 'gpu-1', accelerator: 'gpu' })),
      { status: 200 },
      'a GPU was seen'
    )
    const { rows } = await w.postgres.pool.query('select queue, state from job.jobs where id = $1', [auto])
    t.same(rows, [{ queue: 'train-gpu', state: 'running' }])
    const onCpu = await create(ada, { resources: { accelerator: 'cpu' } })
    const many = await create(ada, { resources: { accelerator: 'gpu', gpus: 4 } })
    t.equal(
      (await service.internally('claim', claimBody({ worker_id: 'gpu-1', accelerator: 'gpu', devices: 2 })))
        .status,
      204
    )
    t.equal((await claimNext(service)).job_id, onCpu)
    t.equal((await claimNext(service, { worker_id: 'gpu-1', accelerator: 'gpu', devices: 4 })).job_id, many)
  })
})

t.test('a worker with another catalogue is warned about once, and again with yet another', async (t) => {
  const warned: string[] = []
  const warnings = createLog('test', 'warn', {
    write: (line) => void warned.push(JSON.parse(line).worker_id)
  })
  const same = createSameCatalogue({ hash: 'ours' }, warnings)
  const claim = (worker_id: string, catalogue_hash: string) => same({ worker_id, catalogue_hash })
  for (let i = 0; i < 50; i++) t.notOk(claim('a', 'older'))
  t.ok(claim('b', 'ours'))
  t.notOk(claim('b', 'older'))
  t.same(warned.splice(0), ['a', 'b'])
  t.notOk(claim('a', 'newer'))
  t.ok(claim('a', 'ours'), 'it was replaced')
  t.notOk(claim('a', 'newer'), 'and replaced back')
  t.same(warned.splice(0), ['a', 'a'])
  for (let i = 0; i < 2_000; i++) {
    claim(`w${i}`, 'older')
    claim('a', 'newer')
  }
  t.equal(warned.splice(0).length, 2_000, 'one that keeps asking is not forgotten')
  claim('w0', 'older')
  t.same(warned, ['w0'], 'of those long gone nothing is kept')
})

t.test('a job that no connected worker can take says so, until one can', async (t) => {
  const w = await world(t)
  const service = await w.start({}, { everyMs: 50 })
  const ada = await w.person()
  const create = makerOf(w, service)
  const look = async (id: string) => (await service.as(ada).get<Job>(`/${id}`)).body
  const ask = (more: object = {}) =>
    service.internally('claim', claimBody({ kinds: ['tabm'], ...more })).then(({ status }) => status)

  const plain = await create(ada)
  t.match((await look(plain)).message, /^No worker is connected; .*administrator/)
  t.equal(await ask(), 204)
  t.equal((await look(plain)).message, null, 'a worker asked for work')

  const onGpu = await create(ada, { resources: { accelerator: 'gpu' } })
  const four = await create(ada, { resources: { gpus: 4 } })
  for (const id of [onGpu, four])
    t.match(await look(id), { state: 'queued', message: /^No worker with a GPU is connected; .* clone it/ })
  const list = await service.as(ada).get<{ items: Job[] }>('/jobs?sort=created_at')
  t.same(
    list.body.items.map(({ message }) => message === null),
    [true, false, false],
    'the list says it too'
  )
  t.equal(await ask({ worker_id: 'old', accelerator: 'gpu', catalogue_hash: '0'.repeat(64) }), 204)
  t.match((await look(onGpu)).message, /^No worker with a GPU/, 'one of another version takes nothing')

  t.equal(await ask({ worker_id: 'g', accelerator: 'gpu' }), 204)
  t.equal((await look(onGpu)).message, null)
  t.match((await look(four)).message, /^No connected worker has 4 GPUs, the largest has 1; .*"gpus": 1/)

  const attempt = await claimNext(service, { worker_id: 'g', accelerator: 'gpu' })
  t.equal(attempt.job_id, onGpu)
  const forget = `update job.workers set seen_at = now() - interval '2 minutes'`
  await w.postgres.pool.query(forget)
  const auto = await create(ada)
  t.equal((await look(auto)).message, null, 'a worker that trains asks for nothing and is there all the same')
  const queueOf = async (id: string) =>
    (await w.postgres.pool.query<{ queue: string }>('select queue from job.jobs where id = $1', [id])).rows[0]
      ?.queue
  t.equal(await queueOf(auto), 'train-gpu')
  t.match((await look(plain)).message, /^No worker is connected/, 'the one without a GPU has gone')

  await attempt.release()
  await eventually(async () => (await queueOf(auto)) === 'train-cpu')
  t.match(
    (await look(onGpu)).message,
    /^The worker was told to leave; .* No worker with a GPU is connected;/,
    'what happened and what is missing'
  )
  t.equal(await queueOf(four), 'train-gpu', 'several GPUs cannot be had elsewhere')
  t.equal((await service.as(ada).post(`/${four}/stop`)).status, 202)
  t.equal((await look(four)).message, null, 'a job that ended waits for nobody')
})
