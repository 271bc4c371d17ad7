import { type Static, Type } from 'typebox'
import { Closed, Id, Nullable, Timestamp } from './common.ts'
import { DatasetStatus } from './dataset.ts'
import { Job, JobState, Metrics, Phase, Progress, Reason } from './training.ts'

/** Largest text frame in either direction, in bytes. */
export const MAX_FRAME_BYTES = 65_536
/** A replay of more events than this becomes a `resync`. */
export const MAX_REPLAY = 5_000

export const ClientMessage = Type.Union([
  Closed({ type: Type.Literal('authenticate'), token: Type.String({ maxLength: 8_192 }) }),
  Closed({
    type: Type.Literal('subscribe_job'),
    job_id: Id,
    since: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
  }),
  Closed({ type: Type.Literal('unsubscribe_job'), job_id: Id }),
  Closed({ type: Type.Literal('subscribe_user_jobs') })
])
export type ClientMessage = Static<typeof ClientMessage>

export const StateData = Type.Object({
  state: JobState,
  phase: Nullable(Phase),
  reason: Nullable(Reason),
  message: Nullable(Type.String())
})
export const LogData = Type.Object({
  n: Type.Integer(),
  at: Timestamp,
  stream: Type.String(),
  line: Type.String()
})
export const ArtifactData = Type.Object({
  artifacts: Type.Array(Type.Object({ name: Type.String(), bytes: Type.Integer() }))
})

const frame = {
  type: Type.Literal('job_update'),
  job_id: Id,
  attempt: Type.Integer(),
  seq: Type.Integer({ minimum: 1 }),
  /** This frame stands for all events from_seq … seq (merged progress or metrics). */
  from_seq: Type.Optional(Type.Integer({ minimum: 1 })),
  ts: Timestamp
}
/** One event of a job, as it is stored, published and sent. `seq` rises by one a job. */
export const JobUpdate = Type.Union([
  Type.Object({ ...frame, event: Type.Literal('state'), data: StateData }),
  Type.Object({ ...frame, event: Type.Literal('progress'), data: Progress }),
  Type.Object({ ...frame, event: Type.Literal('metrics'), data: Metrics }),
  Type.Object({ ...frame, event: Type.Literal('log'), data: LogData }),
  Type.Object({ ...frame, event: Type.Literal('artifact'), data: ArtifactData })
])
export type JobUpdate = Static<typeof JobUpdate>
export const EventPage = Type.Object({ items: Type.Array(JobUpdate), next_cursor: Nullable(Type.String()) })
export type EventPage = Static<typeof EventPage>

/** On Redis `workspace:<id>` and on the user feed. */
export const DatasetUpdate = Type.Object({
  type: Type.Literal('dataset_update'),
  dataset_id: Id,
  ts: Timestamp,
  status: Type.Union([DatasetStatus, Type.Literal('deleted')])
})
export type DatasetUpdate = Static<typeof DatasetUpdate>

export const ServerMessage = Type.Union([
  JobUpdate,
  DatasetUpdate,
  Type.Object({ type: Type.Literal('authenticated') }),
  Type.Object({
    type: Type.Literal('subscribed'),
    job_id: Type.Optional(Id),
    snapshot: Type.Optional(Job),
    last_seq: Type.Optional(Type.Integer())
  }),
  Type.Object({ type: Type.Literal('unsubscribed'), job_id: Id }),
  Type.Object({ type: Type.Literal('resync'), job_id: Id, seq: Type.Integer() }),
  Type.Object({
    type: Type.Literal('error'),
    code: Type.String(),
    message: Type.String(),
    job_id: Type.Optional(Id)
  })
])
export type ServerMessage = Static<typeof ServerMessage>

/** Redis channel of one job's events; its messages are `JobUpdate`. */
export const jobChannel = (jobId: string) => `job:${jobId}`
/** Redis channel of a workspace: `JobUpdate` of kind state and progress, and `DatasetUpdate`. */
export const workspaceChannel = (workspaceId: string) => `workspace:${workspaceId}`
