import type {
  CreateJob,
  JobState,
  Metrics,
  Phase,
  Progress,
  Reason,
  TaskKind
} from '@trainyard/contracts/training'
import { bigint, doublePrecision, integer, jsonb, pgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const job = pgSchema('job')
/** As the database's text, with its microseconds: a `Date` would lose them, and cursors need them. */
const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' })
const count = (name: string) => bigint(name, { mode: 'number' })

/** The file that was validated; a claim hands it to the worker. */
export type DatasetFile = { sha256: string; bytes: number; format: string; gzip: boolean }
export type Scores = Record<string, unknown>

export const jobs = job.table('jobs', {
  id: uuid('id').primaryKey(),
  workspaceId: uuid('workspace_id').notNull(),
  userId: uuid('user_id').notNull(),
  datasetId: uuid('dataset_id').notNull(),
  dataset: jsonb('dataset').$type<DatasetFile>().notNull(),
  name: text('name').notNull(),
  notes: text('notes'),
  tags: text('tags').array().notNull(),
  clonedFrom: uuid('cloned_from'),
  spec: jsonb('spec').$type<CreateJob>().notNull(),
  task: text('task').$type<TaskKind>().notNull(),
  target: text('target'),
  architecture: text('architecture').notNull(),
  queue: text('queue').notNull(),
  gpus: integer('gpus').notNull(),
  state: text('state').$type<JobState>().notNull(),
  phase: text('phase').$type<Phase>(),
  reason: text('reason').$type<Reason>(),
  message: text('message'),
  progress: jsonb('progress').$type<Progress>(),
  latest: jsonb('latest').$type<Metrics>(),
  best: jsonb('best').$type<Scores>(),
  test: jsonb('test').$type<Scores>(),
  baseline: jsonb('baseline').$type<Scores>(),
  attempt: integer('attempt').notNull(),
  gen: integer('gen').notNull(),
  queuedAt: at('queued_at').notNull(),
  rungAt: at('rung_at').notNull(),
  leaseUntil: at('lease_until'),
  claimId: uuid('claim_id'),
  workerId: text('worker_id'),
  tokenHash: text('token_hash'),
  freshAfter: integer('fresh_after').notNull(),
  stopDeadline: at('stop_deadline'),
  trainerCrashes: jsonb('trainer_crashes').$type<Record<string, number>>().notNull(),
  leaseLosses: integer('lease_losses').notNull(),
  holdTurnUntil: at('hold_turn_until'),
  lastSeq: count('last_seq').notNull(),
  lastN: count('last_n').notNull(),
  lastLogN: count('last_log_n').notNull(),
  logBytes: count('log_bytes').notNull(),
  createdAt: at('created_at').notNull(),
  startedAt: at('started_at'),
  finishedAt: at('finished_at')
})
export type JobRow = typeof jobs.$inferSelect

export const attempts = job.table('attempts', {
  jobId: uuid('job_id').notNull(),
  attempt: integer('attempt').notNull(),
  claimId: uuid('claim_id').notNull(),
  workerId: text('worker_id').notNull(),
  tokenHash: text('token_hash').notNull(),
  fromStep: count('from_step').notNull(),
  claimedAt: at('claimed_at').notNull(),
  endedAt: at('ended_at'),
  outcome: text('outcome'),
  finishState: text('finish_state').$type<JobState>()
})

export const events = job.table('events', {
  jobId: uuid('job_id').notNull(),
  seq: count('seq').notNull(),
  attempt: integer('attempt').notNull(),
  n: count('n'),
  event: text('event').$type<'state' | 'progress' | 'metrics' | 'log' | 'artifact'>().notNull(),
  data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  logN: count('log_n'),
  at: at('at').notNull()
})
export type EventRow = typeof events.$inferSelect

export const points = job.table('points', {
  jobId: uuid('job_id').notNull(),
  key: text('key').notNull(),
  attempt: integer('attempt').notNull(),
  step: count('step').notNull(),
  epoch: integer('epoch').notNull(),
  value: doublePrecision('value'),
  at: at('at')
})

export const artifacts = job.table('artifacts', {
  jobId: uuid('job_id').notNull(),
  attempt: integer('attempt').notNull(),
  name: text('name').notNull(),
  key: text('key').notNull(),
  bytes: count('bytes').notNull(),
  md5: text('md5').notNull(),
  sha256: text('sha256').notNull(),
  committedAt: at('committed_at').notNull()
})
export type ArtifactRow = typeof artifacts.$inferSelect

export const checkpoints = job.table('checkpoints', {
  key: text('key').primaryKey(),
  jobId: uuid('job_id').notNull(),
  attempt: integer('attempt').notNull(),
  step: count('step').notNull(),
  name: text('name').notNull(),
  bytes: count('bytes').notNull(),
  sha256: text('sha256').notNull(),
  committedAt: at('committed_at').notNull()
})

export const idempotencyKeys = job.table('idempotency_keys', {
  userId: uuid('user_id').notNull(),
  key: text('key').notNull(),
  requestHash: text('request_hash').notNull(),
  jobId: uuid('job_id').notNull(),
  reply: jsonb('reply').$type<Record<string, unknown>>(),
  busyUntil: at('busy_until').notNull(),
  createdAt: at('created_at').notNull()
})

export const workers = job.table('workers', {
  workerId: text('worker_id').primaryKey(),
  accelerator: text('accelerator').$type<'cpu' | 'gpu'>().notNull(),
  devices: integer('devices').notNull(),
  seenAt: at('seen_at').notNull()
})

export const outbox = job.table('outbox', {
  id: count('id').generatedAlwaysAsIdentity(),
  topic: text('topic').notNull(),
  payload: jsonb('payload').notNull(),
  dueAt: at('due_at').notNull(),
  tries: integer('tries').notNull(),
  createdAt: at('created_at').notNull()
})
