import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorBody } from '@trainyard/contracts/common'
import type { Job, MetricSeries } from '@trainyard/contracts/training'
import { sharedStack } from '@trainyard/stack/shared-stack'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { gap, liveLog } from '../src/live-log.ts'
import { newPerson } from '../src/person.ts'
import { brief, endless, twoClasses } from '../src/tables.ts'

const { url } = await sharedStack(t)
const ada = await newPerson(url)
const points = await ada.dataset('points.csv', twoClasses())

t.test(
  'a job that cannot be trained is refused before it exists, with an entry for each bad field',
  async (t) => {
    const rows = Array.from({ length: 60 }, (_, i) => `u${1000 + i},${i % 7},yes,,${i % 2 ? 'a' : 'b'}`)
    const { id } = await ada.dataset('odd.csv', `key,n,same,gone,label\n${rows.join('\n')}\n`)
    const cases: [object, string[]][] = [
      [{ target: 'lable' }, ['/target']],
      [{ target: 'same' }, ['/target']],
      [{ target: 'gone' }, ['/target']],
      [{ target: 'key' }, ['/target']],
      [{}, ['/target']],
      [{ target: 'label', features: ['n', 'label'] }, ['/features/1']],
      [{ target: 'label', features: ['m'] }, ['/features/0']],
      [{ target: 'label', model: { architecture: 'oracle' } }, ['/model/architecture']],
      [
        {
          target: 'lable',
          model: { architecture: 'mlp', hyperparameters: { learning_rate: -1, layers: 2 } }
        },
        ['/model/hyperparameters/layers', '/model/hyperparameters/learning_rate', '/target']
      ],
      [{ target: 'label', task: 'regression' }, ['/task']]
    ]
    for (const [extra, wanted] of cases) {
      const { status, body } = await ada.ask<ErrorBody>('POST', '/api/training', {
        dataset_id: id,
        model: { architecture: 'mlp' },
        ...extra
      })
      t.equal(status, 422, JSON.stringify(extra))
      t.same(body.error.details.map(({ pointer }) => pointer).sort(), wanted, JSON.stringify(extra))
    }
    t.equal(
      (await ada.ask<{ items: Job[] }>('GET', `/api/training/jobs?dataset_id=${id}`)).body.items.length,
      0
    )
  }
)

t.test('50 creates with one Idempotency-Key make one job', async (t) => {
  const headers = { 'idempotency-key': randomUUID() }
  const replies = await Promise.all(
    Array.from({ length: 50 }, () =>
      ada.ask<Job & ErrorBody>('POST', '/api/training', brief(points.id, 1), { headers })
    )
  )
  const made = replies.filter(({ status }) => status === 201)
  t.ok(made.length >= 1)
  t.equal(new Set(made.map(({ body }) => body.id)).size, 1)
  for (const { status, body } of replies)
    if (status !== 201) t.same([status, body.error.code], [409, 'IDEMPOTENCY_IN_FLIGHT'])
  const other = await ada.ask<ErrorBody>('POST', '/api/training', brief(points.id, 2), { headers })
  t.same([other.status, other.body.error.code], [422, 'IDEMPOTENCY_MISMATCH'])
})

t.test('a stop does what the state allows: at once, in order with a model, never twice', async (t) => {
  const running = await ada.train(endless(points.id))
  await ada.until(running.id, ({ state, progress }) => state === 'running' && (progress?.step ?? 0) > 0)
  const queued = await ada.train(endless(points.id))
  t.equal((await ada.job(queued.id)).state, 'queued')
  const stop = (id: string) => ada.ask<Job & ErrorBody>('POST', `/api/training/${id}/stop`)

  const gone = await stop(queued.id)
  t.same([gone.status, gone.body.state, gone.body.reason], [202, 'stopped', 'user_stopped'])
  t.same(
    [(await ada.ask<ErrorBody>('GET', `/api/training/${queued.id}/download`)).body.error.code],
    ['NO_MODEL']
  )

  const before = performance.now()
  const stopping = await stop(running.id)
  t.same([stopping.status, stopping.body.state], [202, 'stopping'])
  t.equal((await stop(running.id)).status, 202)
  const stopped = await ada.finished(running.id)
  t.comment(`stopped after ${Math.round(performance.now() - before)} ms`)
  t.same([stopped.state, stopped.reason], ['stopped', 'user_stopped'])
  t.same([(await stop(running.id)).status, (await stop(queued.id)).status], [200, 200])
  const model = await fetch(`${url}/api/training/${running.id}/download`, {
    headers: { authorization: `Bearer ${ada.token}` }
  })
  t.equal(model.status, 200)
  t.ok((await model.arrayBuffer()).byteLength > 1_000)

  const done = await ada.finished((await ada.train(brief(points.id, 1))).id)
  const late = await stop(done.id)
  t.same([done.state, late.status, late.body.error.code], ['succeeded', 409, 'JOB_FINISHED'])
})

t.test(
  'empty cells and the words NA, NaN and null are missing values that are counted and trained on',
  async (t) => {
    const words = ['', 'NA', 'NaN', 'null', '1.5']
    const rows = Array.from({ length: 100 }, (_, i) => `${words[i % 5]},${i},${i % 2 ? 'a' : 'b'}`)
    const dataset = await ada.dataset('gaps.csv', `v,n,label\n${rows.join('\n')}\n`)
    t.match(dataset.columns[0], { name: 'v', type: 'number', missing: 80 })
    const job = await ada.finished((await ada.train(brief(dataset.id, 2))).id)
    t.equal(job.state, 'succeeded', job.message ?? '')
  }
)

t.test('a diverging learning rate ends with a sentence that says what to change', async (t) => {
  const rows = Array.from({ length: 200 }, (_, i) => `${i},${(i * 37) % 11},${i * 1.5}`)
  const dataset = await ada.dataset('line.csv', `a,b,y\n${rows.join('\n')}\n`)
  const { id } = await ada.train({
    dataset_id: dataset.id,
    target: 'y',
    task: 'regression',
    model: { architecture: 'linear', hyperparameters: { learning_rate: 1e9 } },
    training: { epochs: 200, early_stopping_patience: null }
  })
  const job = await ada.finished(id)
  t.same([job.state, job.reason], ['failed', 'user_error'])
  t.match(job.message, /Lower learning_rate from/)
  const { body } = await ada.ask<{
    items: { event: string; data: { values?: Record<string, unknown>; not_finite?: string[] } }[]
  }>('GET', `/api/training/${id}/events`)
  const broken = body.items.filter(
    ({ event, data }) => event === 'metrics' && (data.not_finite?.length ?? 0) > 0
  )
  t.ok(broken.length > 0)
  for (const { data } of broken) for (const key of data.not_finite ?? []) t.equal(data.values?.[key], null)
})

t.test('resume goes on where it stopped, retry starts again, clone gives a body to edit', async (t) => {
  const { id } = await ada.train(endless(points.id))
  await ada.until(id, ({ progress }) => (progress?.step ?? 0) > 20)
  await ada.ask('POST', `/api/training/${id}/stop`)
  const stopped = await ada.finished(id)
  const at = stopped.progress?.step ?? 0
  t.equal((await ada.ask('POST', `/api/training/${id}/resume`, {})).status, 202)
  const resumed = await ada.until(id, ({ attempt, progress }) => attempt === 2 && (progress?.step ?? 0) > at)
  t.ok(resumed.progress && resumed.progress.step > at, 'the step counter goes on')
  await ada.ask('POST', `/api/training/${id}/stop`)
  await ada.finished(id)
  const { body } = await ada.ask<MetricSeries>('GET', `/api/training/${id}/metrics?max_points=10000`)
  for (const { key, points } of body.series) {
    const steps = points.map(({ step }) => step)
    t.same(
      steps,
      steps.toSorted((a, b) => a - b),
      `${key} does not jump back`
    )
  }
  const { body: copy } = await ada.ask<{ dataset_id: string; target: string; cloned_from: string }>(
    'POST',
    `/api/training/${id}/clone`
  )
  t.match(copy, { dataset_id: points.id, target: 'label', cloned_from: id })
  const again = await ada.train({ ...copy, training: { epochs: 1 } })
  t.equal(again.cloned_from, id)
  t.equal((await ada.finished(again.id)).state, 'succeeded')
  t.equal((await ada.ask('POST', `/api/training/${again.id}/retry`)).status, 202)
  const retried = await ada.until(again.id, ({ attempt, state }) => attempt === 2 && state === 'succeeded')
  t.equal(retried.attempts, 2)
  t.equal(
    (await ada.ask('PATCH', `/api/training/${again.id}`, { name: 'new name', tags: ['x'], notes: 'n' }))
      .status,
    200
  )
  t.match(await ada.job(again.id), { name: 'new name', tags: ['x'], notes: 'n' })
  t.equal((await ada.ask('DELETE', `/api/training/${again.id}`)).status, 204)
  t.equal((await ada.ask('GET', `/api/training/${again.id}`)).status, 404)
})

t.test('a dataset in use is not deleted, and no create ever ends without its data', async (t) => {
  const races = process.env.TEST_FULL === '1' ? 200 : 15
  let kept = 0
  for (let i = 0; i < races; i++) {
    const { body } = await ada.upload('race.csv', twoClasses(40, i))
    const dataset = await eventually(async () => {
      const { body: found } = await ada.ask<{ status: string; id: string }>('GET', `/api/datasets/${body.id}`)
      return found.status === 'ready' ? found : undefined
    }, 30_000)
    const [created, deleted] = await Promise.all([
      ada.ask<Job & ErrorBody>('POST', '/api/training', brief(dataset.id, 1)),
      // Somewhere within the create, so that now one and now the other comes first.
      sleep((i % 5) * 3).then(() => ada.ask<ErrorBody>('DELETE', `/api/datasets/${dataset.id}`))
    ])
    if (created.status === 201) {
      kept++
      t.same([deleted.status, deleted.body.error.code], [409, 'DATASET_IN_USE'])
      t.equal((await ada.finished(created.body.id)).state, 'succeeded')
    } else {
      t.same([created.status, deleted.status], [404, 204])
    }
  }
  t.comment(`${kept} of ${races} creates won`)
})

t.test('20 jobs of 5 people on one worker all finish, and no client misses a seq', async (t) => {
  const people = await Promise.all(Array.from({ length: 5 }, () => newPerson(url)))
  const mine = await Promise.all(
    people.map(async (person) => ({ person, dataset: await person.dataset('p.csv', twoClasses()) }))
  )
  const watched = await Promise.all(
    mine.flatMap(({ person, dataset }) =>
      Array.from({ length: 4 }, async () => {
        const { id } = await person.train(brief(dataset.id, 3))
        const log = await liveLog(url, person.token)
        log.send({ type: 'subscribe_job', job_id: id, since: 0 })
        return { person, id, log }
      })
    )
  )
  for (const { person, id, log } of watched) {
    const job = await person.finished(id, 120_000)
    t.equal(job.state, 'succeeded', job.message ?? '')
    await eventually(() => log.updates.at(-1)?.seq === job.last_seq, 10_000)
    t.equal(gap(log.updates), undefined)
    t.match(log.updates[0], { seq: 1, event: 'state', data: { state: 'queued' } })
    log.close()
  }
})
