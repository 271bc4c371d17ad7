import type { Claim } from '@trainyard/contracts/internal'
import type { Job } from '@trainyard/contracts/training'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { claimBody, claimNext, progress } from './support/worker.ts'
import { world } from './support/world.ts'

t.test('a job is created, claimed, reported, finished and downloaded', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const ada = await w.person()
  const dataset_id = w.datasets.add(ada.workspace)
  const created = await service.as(ada).post<Job>('', {
    dataset_id,
    target: 'Species',
    model: { architecture: 'mlp', hyperparameters: { hidden_sizes: [8] } },
    training: { epochs: 3 }
  })
  t.equal(created.status, 201)
  const { id } = created.body
  t.match(created.body, {
    state: 'queued',
    phase: 'queued',
    task: 'classification',
    attempt: 0,
    queue_position: 1,
    last_seq: 1
  })
  t.ok(w.datasets.isHeld(dataset_id, id))
  await eventually(async () => (await w.redis.client.exists(`bull:train-cpu:job-${id}-1`)) === 1)

  const attempt = await claimNext(service)
  t.match(attempt, {
    job_id: id,
    attempt: 1,
    spec: { task: 'classification', target: 'Species' },
    checkpoint: null
  })
  t.equal((await service.internally('claim', claimBody())).status, 204, 'nothing else is queued')
  const report = await attempt.report([
    { type: 'phase', phase: 'downloading' },
    { type: 'phase', phase: 'training' },
    { type: 'log', stream: 'stdout', line: 'hello \u0000 there' },
    { type: 'progress', data: progress(5) },
    {
      type: 'metrics',
      data: {
        step: 5,
        epoch: 1,
        values: { 'train/loss': 0.5, 'validation/accuracy': null },
        not_finite: ['validation/accuracy']
      }
    },
    { type: 'best', data: { metric: 'train/loss', value: 0.5 } }
  ])
  t.same(report.body, { stop_requested: false, lease_seconds: 30, last_n: 6 })
  const model = await attempt.upload('artifact', 'model.pt', Buffer.from('the model'))
  const card = await attempt.upload('artifact', 'model_card.md', Buffer.from('# card'))
  const done = await attempt.finish('succeeded', {
    reason: 'early_stopped',
    artifacts: [model, card],
    metrics: { test: { accuracy: 0.9 }, baseline: { name: 'majority', accuracy: 0.4 } }
  })
  t.same([done.status, done.body], [200, { state: 'succeeded' }])
  t.same(
    (await attempt.finish('succeeded', { artifacts: [model, card] })).body,
    { state: 'succeeded' },
    'a repeat gets the same answer'
  )

  const { body: job } = await service.as(ada).get<Job>(`/${id}`)
  t.match(job, {
    state: 'succeeded',
    phase: null,
    reason: 'early_stopped',
    queue_position: null,
    attempts: 1,
    progress: { step: 5, epoch: 1, epochs: 10, percent: 100, eta_seconds: 0 },
    metrics: {
      latest: { values: { 'train/loss': 0.5 } },
      best: { value: 0.5 },
      test: { accuracy: 0.9 },
      baseline: { name: 'majority' }
    }
  })
  t.same(
    job.timeline.map(({ state, phase }) => `${state} ${phase}`),
    ['queued queued', 'running claiming', 'running downloading', 'running training', 'succeeded training']
  )
  await eventually(() => !w.datasets.isHeld(dataset_id, id))
  const events = await service
    .as(ada)
    .get<{ items: { seq: number; event: string; data: Record<string, unknown> }[] }>(`/${id}/events`)
  t.same(
    events.body.items.map(({ seq }) => seq),
    Array.from({ length: job.last_seq }, (_, i) => i + 1)
  )
  t.same(
    events.body.items.slice(-3).map(({ event }) => event),
    ['progress', 'artifact', 'state'],
    'all done and the files are told of before the end'
  )
  t.match(events.body.items.at(-3)?.data, { step: 5, percent: 100 })
  const logs = await service.as(ada).get<{ items: { n: number; line: string }[] }>(`/${id}/logs`)
  t.match(logs.body.items, [{ n: 1, line: 'hello \ufffd there' }])
  await t.test(
    'every list of a job has pages that a cursor joins, and refuses what it does not know',
    async (t) => {
      type Page = { items: { seq?: number; n?: number; name?: string }[]; next_cursor: string | null }
      const whole = async (path: string) => (await service.as(ada).get<Page>(path)).body.items
      for (const path of [`/${id}/events`, `/${id}/logs`, `/${id}/artifacts`]) {
        const seen: Page['items'] = []
        let cursor: string | null = ''
        do {
          const at: string = `${path}?limit=1${cursor && `&cursor=${cursor}`}`
          const { body }: { body: Page } = await service.as(ada).get<Page>(at)
          t.ok(body.items.length <= 1)
          seen.push(...body.items)
          cursor = body.next_cursor
        } while (cursor)
        t.same(seen, await whole(path), path)
        for (const bad of ['cursor=x', 'limit=0', 'lmit=1'])
          t.equal((await service.as(ada).get(`${path}?${bad}`)).status, 400, `${path}?${bad}`)
      }
      t.same(await whole(`/${id}/logs?before=1`), [])
      t.same(await whole(`/${id}/logs?before=9&cursor=1`), [], 'a cursor goes on in the same direction')
    }
  )
  const unknownArchitecture = Buffer.from('["perceptron"]').toString('base64url')
  for (const path of [
    `/${id}?x=1`,
    `/${id}/download?x=1`,
    '/architectures?x=1',
    `/architectures?cursor=${unknownArchitecture}`,
    '/status?job_id=x&x=1'
  ])
    t.equal((await service.as(ada).get(path)).status, 400, path)
  t.equal((await service.as(ada).get(`/status?job_id=${'x'.repeat(5_000)}`)).status, 404)
  t.equal((await service.as(ada).get(`/${'x'.repeat(5_000)}`)).status, 404)
  const series = await service.as(ada).get<{ series: unknown[] }>(`/${id}/metrics`)
  const told = await service.as(ada).get<{ items: { event: string; ts: string }[] }>(`/${id}/events`)
  const point = { step: 5, epoch: 1, attempt: 1, at: told.body.items.find((e) => e.event === 'metrics')?.ts }
  t.same(series.body.series, [
    { key: 'train/loss', direction: 'min', points: [{ ...point, value: 0.5 }] },
    { key: 'validation/accuracy', direction: 'max', points: [{ ...point, value: null }] }
  ])
  const download = await service.as(ada).get<string>(`/${id}/download`)
  t.equal(download.body, 'the model')
  t.equal(download.headers.get('etag'), `"${model.sha256}"`)
  const claimAgain = await service.internally<Claim>('claim', claimBody())
  t.equal(claimAgain.status, 204)
})
