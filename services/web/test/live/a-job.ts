import type { Job } from '@trainyard/contracts/training'

export const ID = '0198f2a0-0000-7000-8000-000000000001'

/** A running job, different where a test says so. */
export const aJob = (changes: Partial<Job> = {}): Job => ({
  id: ID,
  name: 'churn, wider net',
  notes: null,
  state: 'running',
  phase: 'training',
  reason: null,
  message: null,
  task: 'classification',
  target: 'churned',
  dataset_id: '0198f2a0-0000-7000-8000-0000000000d1',
  model: { architecture: 'mlp' },
  training: {},
  tags: [],
  progress: null,
  metrics: { latest: null, best: null, test: null, baseline: null },
  attempt: 1,
  attempts: 1,
  cloned_from: null,
  queue_position: null,
  timeline: [],
  last_seq: 1,
  created_at: '2026-01-01T00:00:00Z',
  started_at: '2026-01-01T00:00:10Z',
  finished_at: null,
  ...changes
})
