import { readFile } from 'node:fs/promises'
import t from 'tap'
import { Value } from 'typebox/value'
import { errorsPage } from '../../../scripts/errors-page.ts'
import { ERRORS } from '../src/errors.ts'
import { WorkerEvent } from '../src/internal.ts'
import { ClientMessage, JobUpdate } from '../src/live.ts'
import { TrainerEvent } from '../src/trainer-events.ts'
import { CreateJob, isTerminal } from '../src/training.ts'

const id = '0190f5d0-0000-7000-8000-000000000000'

t.test('docs/errors.md is current (npm run docs)', async (t) => {
  t.equal(await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8'), errorsPage())
})

t.test('every error has a status of its kind and a sentence that ends', async (t) => {
  for (const [code, { status, message }] of Object.entries(ERRORS)) {
    t.match(code, /^[A-Z][A-Z_]+$/)
    t.ok(status >= 400 && status <= 503, code)
    t.match(message, /^[A-Z].*\.$/, code)
  }
})

t.test('the body of create takes what the documents show, and closes every object in it', async (t) => {
  const full = {
    dataset_id: id,
    name: 'churn, wider net',
    tags: ['a'],
    cloned_from: id,
    task: 'auto',
    target: 'churned',
    features: ['a', '__x', 'constructor', 'größe'],
    columns: { text: 'a', time: 'b', series: 'c', group: 'd', weight: 'e' },
    horizon: 28,
    split: { method: 'random', validation_fraction: 0.15, test_fraction: 0.15 },
    model: { architecture: 'mlp', hyperparameters: { hidden_sizes: [256, 128], learning_rate: 0.001 } },
    training: {
      epochs: 50,
      batch_size: 'auto',
      loss: 'auto',
      class_weights: 'none',
      early_stopping_patience: 10,
      seed: 42,
      time_limit_seconds: 3600
    },
    resources: { accelerator: 'auto', gpus: 1 }
  }
  t.ok(Value.Check(CreateJob, full))
  t.ok(Value.Check(CreateJob, { dataset_id: id, model: { architecture: 'mlp' } }))
  for (const inner of ['columns', 'split', 'model', 'training', 'resources'] as const) {
    t.notOk(Value.Check(CreateJob, { ...full, [inner]: { ...full[inner], extra: 1 } }), inner)
  }
  t.notOk(Value.Check(CreateJob, { ...full, extra: 1 }))
  t.notOk(Value.Check(CreateJob, { ...full, features: ['a', 'a'] }))
})

t.test('messages of every kind parse, and none with a field too many or too few', async (t) => {
  t.ok(Value.Check(ClientMessage, { type: 'subscribe_job', job_id: id, since: 0 }))
  t.notOk(Value.Check(ClientMessage, { type: 'subscribe_job', job_id: id, since: -1 }))
  t.notOk(Value.Check(ClientMessage, { type: 'subscribe_job', job_id: id, to: 1 }))
  t.notOk(Value.Check(ClientMessage, { type: 'unknown' }))
  const progress = {
    epoch: 1,
    epochs: 2,
    step: 3,
    steps: 4,
    percent: 75,
    eta_seconds: null,
    samples_per_second: 10,
    phase: 'training'
  }
  const frame = { type: 'job_update', job_id: id, attempt: 1, seq: 7, ts: '2026-01-01T00:00:00.000Z' }
  t.ok(Value.Check(JobUpdate, { ...frame, event: 'progress', data: progress }))
  t.notOk(Value.Check(JobUpdate, { ...frame, event: 'state', data: progress }))
  t.ok(Value.Check(TrainerEvent, { type: 'progress', ...progress }))
  t.ok(
    Value.Check(TrainerEvent, {
      type: 'metrics',
      step: 1,
      epoch: 1,
      values: { 'train/loss': null },
      not_finite: ['train/loss']
    })
  )
  t.notOk(Value.Check(TrainerEvent, { type: 'metrics', step: 1, epoch: 1, values: { 'train/loss': 'NaN' } }))
  t.ok(Value.Check(WorkerEvent, { n: 1, type: 'progress', data: progress }))
  t.notOk(Value.Check(WorkerEvent, { n: 0, type: 'progress', data: progress }))
  t.same((['queued', 'running', 'stopping', 'succeeded', 'failed', 'stopped'] as const).filter(isTerminal), [
    'succeeded',
    'failed',
    'stopped'
  ])
})
