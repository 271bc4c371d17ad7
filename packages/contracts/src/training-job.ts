import { type Static, Type } from 'typebox'
import { Closed, Id, Name, Nullable, Page, PageQuery, Tags, Timestamp } from './common.ts'
import { Metrics, Phase, Progress } from './training-progress.ts'
import { Model, TaskKind, TrainingOptions } from './training-spec.ts'

export const JobState = Type.Enum(['queued', 'running', 'stopping', 'succeeded', 'failed', 'stopped'])
export type JobState = Static<typeof JobState>
export { isTerminal, TERMINAL } from './terminal.ts'

export const Reason = Type.Enum([
  'user_stopped',
  'time_limit',
  'early_stopped',
  'data_error',
  'user_error',
  'out_of_memory',
  'worker_lost',
  'artifact_upload',
  'platform_error'
])
export type Reason = Static<typeof Reason>

export const MetricsSummary = Type.Object({
  latest: Nullable(Metrics),
  best: Nullable(Type.Record(Type.String(), Type.Unknown())),
  test: Nullable(Type.Record(Type.String(), Type.Unknown())),
  baseline: Nullable(Type.Record(Type.String(), Type.Unknown()))
})
export type MetricsSummary = Static<typeof MetricsSummary>

export const TimelineEntry = Type.Object({
  state: JobState,
  phase: Phase,
  attempt: Type.Integer(),
  at: Timestamp
})

export const Job = Type.Object({
  id: Id,
  name: Type.String(),
  notes: Nullable(Type.String()),
  state: JobState,
  phase: Nullable(Phase),
  reason: Nullable(Reason),
  message: Nullable(Type.String()),
  task: TaskKind,
  target: Nullable(Type.String()),
  dataset_id: Id,
  model: Model,
  training: TrainingOptions,
  tags: Type.Array(Type.String()),
  progress: Nullable(Progress),
  metrics: MetricsSummary,
  attempt: Type.Integer(),
  attempts: Type.Integer(),
  cloned_from: Nullable(Id),
  queue_position: Nullable(Type.Integer({ minimum: 1 })),
  timeline: Type.Array(TimelineEntry),
  last_seq: Type.Integer(),
  created_at: Timestamp,
  started_at: Nullable(Timestamp),
  finished_at: Nullable(Timestamp)
})
export type Job = Static<typeof Job>
export const JobPage = Page(Job)
export const JobQuery = Closed({
  ...PageQuery,
  state: Type.Optional(JobState),
  dataset_id: Type.Optional(Id),
  cloned_from: Type.Optional(Id),
  architecture: Type.Optional(Type.String({ maxLength: 64 })),
  tag: Type.Optional(Type.String({ maxLength: 64 })),
  q: Type.Optional(Type.String({ maxLength: 200 })),
  sort: Type.Optional(
    Type.Enum(['-created_at', 'created_at', '-finished_at', 'finished_at', 'name', '-name'])
  )
})
export type JobQuery = Static<typeof JobQuery>

export const ResumeBody = Closed({
  time_limit_seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 }))
})
export type ResumeBody = Static<typeof ResumeBody>
export const JobPatch = Type.Object(
  {
    name: Type.Optional(Name),
    tags: Type.Optional(Tags),
    notes: Type.Optional(Nullable(Type.String({ maxLength: 10_000 })))
  },
  { additionalProperties: false, minProperties: 1 }
)
export type JobPatch = Static<typeof JobPatch>
