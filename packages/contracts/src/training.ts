import { type Static, Type } from 'typebox'
import { Closed, Id, Name, Nullable, Page, PageQuery, Sha256, Tags, Timestamp } from './common.ts'

export const JobState = Type.Enum(['queued', 'running', 'stopping', 'succeeded', 'failed', 'stopped'])
export type JobState = Static<typeof JobState>
export { isTerminal, TERMINAL } from './terminal.ts'

export const Phase = Type.Enum([
  'queued',
  'claiming',
  'downloading',
  'loading',
  'first_step',
  'training',
  'evaluating',
  'uploading'
])
export type Phase = Static<typeof Phase>

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

export const TaskKind = Type.Enum([
  'classification',
  'regression',
  'text_classification',
  'language',
  'forecasting'
])
export type TaskKind = Static<typeof TaskKind>
const Auto = Type.Literal('auto')
/** Of a step, an event or a line: what the database can hold and JSON can say exactly. */
const Count = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const ColumnName = Type.String({ minLength: 1, maxLength: 65_536 })

export const Split = Closed({
  method: Type.Optional(Type.Enum(['random', 'stratified', 'group', 'time'])),
  validation_fraction: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 })),
  test_fraction: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 }))
})
export const Model = Closed({
  architecture: Type.String({ minLength: 1, maxLength: 64 }),
  hyperparameters: Type.Optional(Type.Record(Type.String(), Type.Unknown()))
})
export const TrainingOptions = Closed({
  epochs: Type.Optional(Type.Union([Auto, Type.Integer({ minimum: 1, maximum: 100_000 })])),
  batch_size: Type.Optional(Type.Union([Auto, Type.Integer({ minimum: 1, maximum: 1_048_576 })])),
  loss: Type.Optional(Type.String({ maxLength: 64 })),
  class_weights: Type.Optional(
    Type.Union([
      Auto,
      Type.Literal('none'),
      Type.Literal('balanced'),
      Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }))
    ])
  ),
  early_stopping_patience: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()])
  ),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
  time_limit_seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 }))
})
export const Resources = Closed({
  accelerator: Type.Optional(Type.Enum(['auto', 'cpu', 'gpu'])),
  gpus: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 }))
})

/** Body of `POST /api/training`, and the trainer's spec. */
export const CreateJob = Closed({
  dataset_id: Id,
  name: Type.Optional(Name),
  tags: Type.Optional(Tags),
  cloned_from: Type.Optional(Id),
  task: Type.Optional(Type.Union([Auto, TaskKind])),
  target: Type.Optional(ColumnName),
  features: Type.Optional(Type.Array(ColumnName, { minItems: 1, maxItems: 10_000, uniqueItems: true })),
  columns: Type.Optional(
    Closed({
      text: Type.Optional(ColumnName),
      time: Type.Optional(ColumnName),
      series: Type.Optional(ColumnName),
      group: Type.Optional(ColumnName),
      weight: Type.Optional(ColumnName)
    })
  ),
  horizon: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  split: Type.Optional(Split),
  model: Model,
  training: Type.Optional(TrainingOptions),
  resources: Type.Optional(Resources)
})
export type CreateJob = Static<typeof CreateJob>

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

/** Seconds and fractions; `eta_seconds` is null until it can be estimated. `percent` is 0 to 100. */
export const Progress = Type.Object({
  epoch: Type.Integer({ minimum: 0 }),
  epochs: Type.Integer({ minimum: 0 }),
  step: Type.Integer({ minimum: 0 }),
  steps: Type.Integer({ minimum: 0 }),
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  eta_seconds: Nullable(Type.Number({ minimum: 0 })),
  samples_per_second: Nullable(Type.Number({ minimum: 0 })),
  phase: Phase
})
export type Progress = Static<typeof Progress>

/** Series name → value; a value that is not a number is null and listed in `not_finite`. */
export const Metrics = Type.Object({
  step: Type.Integer({ minimum: 0 }),
  epoch: Type.Integer({ minimum: 0 }),
  values: Type.Record(Type.String(), Nullable(Type.Number())),
  not_finite: Type.Optional(Type.Array(Type.String()))
})
export type Metrics = Static<typeof Metrics>

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

export const Architecture = Type.Object({
  id: Type.String(),
  title: Type.String(),
  task_kinds: Type.Array(TaskKind),
  source: Type.String(),
  hyperparameters: Type.Object({}, { additionalProperties: true })
})
export type Architecture = Static<typeof Architecture>
export const ArchitecturePage = Page(Architecture)

export const MetricsQuery = Closed({
  keys: Type.Optional(Type.String({ maxLength: 4_000, description: 'Comma-separated series names.' })),
  max_points: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000, default: 1_000 })),
  from_step: Type.Optional(Type.Integer(Count)),
  to_step: Type.Optional(Type.Integer(Count))
})
export type MetricsQuery = Static<typeof MetricsQuery>
/**
 * A thinned point stands for several: `min` and `max` are the extremes of what it stands for. `at` is when the platform
 * recorded it, as `ts` of the live message; null for points that were stored without it.
 */
export const MetricPoint = Type.Object({
  step: Type.Integer(),
  epoch: Type.Integer(),
  attempt: Type.Integer(),
  at: Nullable(Timestamp),
  value: Nullable(Type.Number()),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number())
})
export const MetricSeries = Type.Object({
  series: Type.Array(
    Type.Object({
      key: Type.String(),
      direction: Type.Enum(['min', 'max']),
      points: Type.Array(MetricPoint)
    })
  )
})
export type MetricSeries = Static<typeof MetricSeries>

export const EventsQuery = Closed({
  after: Type.Optional(
    Type.Integer({ ...Count, default: 0, description: 'A seq; events after it are listed.' })
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 1_000 })),
  cursor: PageQuery.cursor
})
export type EventsQuery = Static<typeof EventsQuery>
export const LogsQuery = Closed({
  after: Type.Optional(Type.Integer(Count)),
  before: Type.Optional(Type.Integer({ ...Count, minimum: 1 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
  cursor: PageQuery.cursor
})
export type LogsQuery = Static<typeof LogsQuery>
export const LogLine = Type.Object({
  n: Type.Integer(),
  at: Timestamp,
  stream: Type.Enum(['stdout', 'stderr', 'trainer', 'platform']),
  line: Type.String()
})
export type LogLine = Static<typeof LogLine>
export const LogPage = Page(LogLine)

export const Artifact = Type.Object({
  name: Type.String(),
  bytes: Type.Integer(),
  sha256: Sha256,
  content_type: Type.String()
})
export type Artifact = Static<typeof Artifact>
export const ArtifactPage = Page(Artifact)
/** File names of artifacts: one segment, no path, no leading dot. */
export const ArtifactName = Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$' })
