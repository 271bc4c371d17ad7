import type { CreateJob, Job } from '@trainyard/contracts/training'
import { newId } from '@trainyard/service-kit/ids'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { makerOf } from './support/maker.ts'
import { claimBody, claimNext, progress } from './support/worker.ts'
import { fold, type Reply, world } from './support/world.ts'

type Refusal = { error: { code: string } }
const codeOf = ({ body }: Reply<unknown>) => (body as Refusal).error?.code

t.test('what a person does with a job', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const create = makerOf(w, service)
  const ada = await w.person()
  const as = service.as(ada)
  const job = async (id: string) => (await as.get<Job>(`/${id}`)).body
  const datasetOf = async (id: string) => (await job(id)).dataset_id
  const isHeld = async (id: string) => w.datasets.isHeld(await datasetOf(id), id)

  await t.test('stop answers by state, also twice', async (t) => {
    const queued = await create(ada)
    const first = await as.post<Job>(`/${queued}/stop`)
    t.match([first.status, first.body.state, first.body.reason], [202, 'stopped', 'user_stopped'])
    t.equal((await as.post(`/${queued}/stop`)).status, 200)
    await eventually(async () => !(await isHeld(queued)))

    const running = await create(ada)
    const attempt = await claimNext(service)
    await attempt.report([{ type: 'phase', phase: 'training' }])
    t.match(await as.post<Job>(`/${running}/stop`), {
      status: 202,
      body: { state: 'stopping', phase: 'training' }
    })
    t.equal((await as.post(`/${running}/stop`)).status, 202)
    t.match((await attempt.report()).body, { stop_requested: true })
    const model = await attempt.upload('artifact', 'model.pt', Buffer.from('half'))
    t.same((await attempt.finish('succeeded', { artifacts: [model] })).body, { state: 'stopped' })
    t.equal((await as.post(`/${running}/stop`)).status, 200)
    t.equal((await as.get(`/${running}/download`)).body, 'half', 'its model is there')

    const ended = await create(ada)
    await (await claimNext(service)).finish('failed', { reason: 'user_error', message: 'no' })
    t.match(
      [(await as.post(`/${ended}/stop`)).status, codeOf(await as.post(`/${ended}/stop`))],
      [409, 'JOB_FINISHED']
    )
    t.match(await job(ended), { reason: 'user_error', message: 'no' })
    t.equal(codeOf(await as.get(`/${ended}/download`)), 'NO_MODEL')
  })

  await t.test('resume goes on from the checkpoint, retry from the start', async (t) => {
    const id = await create(ada)
    const attempt = await claimNext(service)
    await attempt.report([{ type: 'progress', data: progress(40) }])
    const ckpt = await attempt.upload('checkpoint', '40.ckpt', Buffer.from('forty'))
    await attempt.post('checkpoints', { ...ckpt, step: 40 })
    t.equal((await as.post(`/${id}/resume`)).status, 200, 'nothing changes while it runs')
    await as.post(`/${id}/stop`)
    t.equal(codeOf(await as.post(`/${id}/resume`)), 'JOB_NOT_FINISHED')
    await attempt.finish('stopped', { reason: 'user_stopped' })
    const replies = await fold(10, () => as.post<Job>(`/${id}/resume`, { time_limit_seconds: 7 }))
    t.ok(replies.every(({ status }) => status === 202 || status === 200))
    t.equal(replies.filter(({ status }) => status === 202).length, 1)
    t.match(await job(id), {
      state: 'queued',
      reason: null,
      finished_at: null,
      progress: { step: 40 },
      training: { time_limit_seconds: 7 }
    })
    t.ok(await isHeld(id))
    const second = await claimNext(service)
    t.match(second, {
      job_id: id,
      attempt: 2,
      checkpoint: { step: 40 },
      spec: { training: { time_limit_seconds: 7 } }
    })
    await second.finish('succeeded')
    t.equal(codeOf(await as.post(`/${id}/resume`)), 'JOB_NOT_RESUMABLE')
    t.equal((await as.post(`/${id}/retry`)).status, 202)
    t.match(await job(id), { state: 'queued', progress: null, started_at: null })
    t.match(await claimNext(service), { attempt: 3, checkpoint: null })
  })

  await t.test(
    'stopped and resumed 20 times: an attempt each, one bell each, and none after the last stop',
    async (t) => {
      const id = await create(ada)
      for (let i = 1; i <= 20; i++) {
        const attempt = await claimNext(service)
        t.equal(attempt.attempt, i)
        await as.post(`/${id}/stop`)
        await attempt.finish('stopped', { reason: 'user_stopped' })
        if (i < 20) t.equal((await as.post(`/${id}/resume`)).status, 202)
      }
      t.equal((await service.internally('claim', claimBody())).status, 204)
      await eventually(async () => !(await isHeld(id)))
    }
  )

  await t.test('a resume right after the end keeps its hold, whatever the release is doing', async (t) => {
    for (let i = 0; i < 15; i++) {
      const id = await create(ada)
      await as.post(`/${id}/stop`)
      t.equal((await as.post(`/${id}/resume`)).status, 202)
      await eventually(
        async () =>
          (await w.postgres.pool.query(`select 1 from job.outbox where topic = 'release-hold'`)).rowCount ===
          0
      )
      t.ok(await isHeld(id), `round ${i}`)
      await as.post(`/${id}/stop`)
    }
    for (const verb of ['resume', 'retry']) {
      const id = await create(ada)
      const dataset = await datasetOf(id)
      await as.post(`/${id}/stop`)
      await eventually(async () => !(await isHeld(id)))
      w.datasets.whileHolding(() => as.delete(`/${id}`))
      t.equal(codeOf(await as.post(`/${id}/${verb}`)), 'JOB_NOT_FOUND', 'deleted while it takes its hold')
      w.datasets.whileHolding(undefined)
      await eventually(() => !w.datasets.isHeld(dataset, id))
    }
    const gone = await create(ada)
    await as.post(`/${gone}/stop`)
    w.datasets.remove(await datasetOf(gone))
    t.equal(codeOf(await as.post(`/${gone}/resume`)), 'DATASET_GONE')
    t.equal(codeOf(await as.post(`/${gone}/retry`)), 'DATASET_GONE')
    t.equal((await job(gone)).state, 'stopped')
  })

  await t.test(
    'clone gives a body that create takes; PATCH changes words only; DELETE takes what is finished',
    async (t) => {
      const id = await create(ada, { name: 'first', tags: ['a'], training: { epochs: 'auto', seed: 7 } })
      const clone = await as.post<CreateJob>(`/${id}/clone`)
      t.match(clone, {
        status: 200,
        body: { name: 'first', tags: ['a'], cloned_from: id, target: 'Species', training: { seed: 7 } }
      })
      t.match(await as.post<Job>('', clone.body), { status: 201, body: { cloned_from: id } })
      t.match(await as.patch<Job>(`/${id}`, { name: 'x<img src=x>', notes: 'n', tags: [] }), {
        status: 200,
        body: { name: 'x<img src=x>', notes: 'n', tags: [] }
      })
      t.equal((await as.patch(`/${id}`, { state: 'succeeded' })).status, 400)
      t.equal((await as.patch(`/${id}`, {})).status, 400)
      t.equal((await as.patch(`/${id}`, { name: 'nul \u0000' })).status, 400)
      t.equal(codeOf(await as.delete(`/${id}`)), 'JOB_NOT_FINISHED', 'while queued')
      await as.post(`/${id}/stop`)
      t.equal((await as.delete(`/${id}`)).status, 204)
      t.equal((await as.get(`/${id}`)).status, 404)
      t.equal((await as.delete(`/${id}`)).status, 404)
    }
  )

  await t.test('a deleted job takes its objects along', async (t) => {
    await w.postgres.pool.query(
      `update job.jobs set state = 'failed', finished_at = now() where state = 'queued'`
    )
    const id = await create(ada)
    const attempt = await claimNext(service)
    const model = await attempt.upload('artifact', 'model.pt', Buffer.from('m'))
    const ckpt = await attempt.upload('checkpoint', '1.ckpt', Buffer.from('c'))
    await attempt.post('checkpoints', { ...ckpt, step: 1 })
    t.equal(codeOf(await as.delete(`/${id}`)), 'JOB_NOT_FINISHED', 'while running')
    await attempt.finish('stopped', { reason: 'time_limit', artifacts: [model] })
    t.equal((await as.delete(`/${id}`)).status, 204)
    await eventually(async () => !(await w.store.stat(model.key)) && !(await w.store.stat(ckpt.key)))
  })

  await t.test(
    'foreign, unknown and malformed ids are 404 on every route, and no token is 401',
    async (t) => {
      const id = await create(ada)
      const bob = await w.person()
      const routes: ['get' | 'post' | 'patch' | 'delete', string, object?][] = [
        ['get', ''],
        ['patch', '', { name: 'mine' }],
        ['delete', ''],
        ['post', '/stop'],
        ['post', '/resume'],
        ['post', '/retry'],
        ['post', '/clone'],
        ['get', '/metrics'],
        ['get', '/events'],
        ['get', '/logs'],
        ['get', '/artifacts'],
        ['get', '/download'],
        ['get', '/artifacts/model.pt'],
        ['post', '/artifacts/model.pt/link']
      ]
      for (const [method, path, body = {}] of routes) {
        for (const target of [id, newId(), 'not-an-id']) {
          const reply = await service.as(bob)[method](`/${target}${path}`, body as never)
          t.match([reply.status, codeOf(reply)], [404, 'JOB_NOT_FOUND'], `${method} ${path} of ${target}`)
        }
        t.equal((await service.as(undefined)[method](`/${id}${path}`, body as never)).status, 401)
      }
      for (const target of [id, newId(), 'not-an-id'])
        t.equal(codeOf(await service.as(bob).get(`/status?job_id=${target}`)), 'JOB_NOT_FOUND')
      t.equal((await as.get<Job>(`/status?job_id=${id}`)).body.id, id)
      t.same((await service.as(bob).get<{ items: Job[] }>('/jobs')).body.items, [])
      t.equal((await job(id)).state, 'queued', 'and nothing was done')
    }
  )

  await t.test('the other services ask with their own tokens, and nobody else', async (t) => {
    const id = await create(ada)
    const gateway = await w.serviceToken('gateway')
    const ask = (path: string, body: object, token = gateway) =>
      service.internally<Record<string, unknown>>(path, body, token)
    const mine = { job_id: id, workspace_id: ada.workspace }
    t.match((await ask('live-snapshot', mine)).body, { id, state: 'queued' })
    t.match((await ask('live-events', { ...mine, after: 0, limit: 10 })).body, {
      items: [{ seq: 1, event: 'state' }],
      next_cursor: null
    })
    t.equal((await ask('live-snapshot', { ...mine, workspace_id: newId() })).status, 404)
    t.equal((await ask('live-events', { ...mine, workspace_id: newId(), after: 0, limit: 1 })).status, 404)
    t.same((await ask('last-seqs', { job_ids: [id, newId()] })).body, { last_seqs: { [id]: 1 } })
    const dataset = await w.serviceToken('dataset')
    t.same((await ask('holds-check', { job_ids: [id, newId()] }, dataset)).body, { needed: [id] })
    await as.post(`/${id}/stop`)
    t.same((await ask('holds-check', { job_ids: [id] }, dataset)).body, { needed: [] })
    const wrong = [dataset, ada.token, w.workerToken, await w.serviceToken('gateway', 'auth'), 'x']
    for (const token of wrong) t.equal((await ask('last-seqs', { job_ids: [] }, token)).status, 401)
    t.equal((await ask('holds-check', { job_ids: [] })).status, 401)
  })
})
