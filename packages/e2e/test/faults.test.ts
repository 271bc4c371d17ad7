import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '@trainyard/contracts/dataset'
import { startStack } from '@trainyard/stack/start-stack'
import t from 'tap'
import { gap, liveLog } from '../src/live-log.ts'
import { newPerson } from '../src/person.ts'
import { brief, endless, twoClasses } from '../src/tables.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'trainyard faults '))
// A short lease, so that the test does not wait half a minute for it to run out.
const options = { dataDir, overrides: { job: { LEASE_SECONDS: '6' } } }
let stack = await startStack(options)
t.teardown(async () => {
  await stack.stop()
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
})
const ada = await newPerson(stack.url)
const points = await ada.dataset('points.csv', twoClasses(), 120_000)
const long = { ...endless(points.id), training: { epochs: 400, early_stopping_patience: null, seed: 7 } }

t.test('an upload becomes ready while a job trains on the only worker', async (t) => {
  const { id } = await ada.train(endless(points.id))
  await ada.until(id, ({ progress }) => (progress?.step ?? 0) > 0)
  const other: Dataset = await ada.dataset('other.csv', twoClasses(50, 2))
  t.equal(other.status, 'ready')
  t.equal((await ada.job(id)).state, 'running')
  await ada.ask('POST', `/api/training/${id}/stop`)
  t.equal((await ada.finished(id)).state, 'stopped')
})

t.test('a job survives kill -9 of its worker and succeeds on the second attempt', async (t) => {
  const { id } = await ada.train(long)
  const log = await liveLog(stack.url, ada.token)
  log.send({ type: 'subscribe_job', job_id: id, since: 0 })
  await ada.until(id, ({ progress }) => (progress?.epoch ?? 0) > 3)
  await stack.process('worker-1').kill('SIGKILL')
  const job = await ada.finished(id, 120_000)
  t.same([job.state, job.attempt], ['succeeded', 2], job.message ?? '')
  t.equal(gap(log.updates), undefined)
  log.close()
})

t.test('a job made while the queue server is down starts when it is back', async (t) => {
  await stack.process('valkey').stop()
  const before = performance.now()
  const { id } = await ada.train(brief(points.id, 2))
  t.comment(`create answered in ${Math.round(performance.now() - before)} ms`)
  await stack.process('valkey').start()
  t.equal((await ada.finished(id, 60_000)).state, 'succeeded')
})

t.test('a restart of the whole platform in mid-training loses nothing', async (t) => {
  const { id } = await ada.train(long)
  const before = await ada.until(id, ({ progress }) => (progress?.epoch ?? 0) > 3)
  await stack.stop()
  stack = await startStack(options)
  t.equal(stack.url, ada.url, 'at the same address')
  const job = await ada.finished(id, 120_000)
  t.equal(job.state, 'succeeded', job.message ?? '')
  t.ok(job.attempt >= 2)
  t.ok(job.last_seq > before.last_seq)
  const { body } = await ada.ask<{ items: { seq: number }[] }>('GET', `/api/training/${id}/events?limit=1000`)
  t.same(
    body.items.map(({ seq }) => seq),
    body.items.map((_, i) => i + 1)
  )
  t.equal((await ada.ask<Dataset>('GET', `/api/datasets/${points.id}`)).body.status, 'ready')
})
