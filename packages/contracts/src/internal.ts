import { type Static, Type } from 'typebox'
import { Closed, Id, Md5, Nullable, Sha256 } from './common.ts'
import { DatasetError, DatasetFormat, Preview, Profile } from './dataset.ts'
import { ArtifactName, CreateJob, Metrics, Phase, Progress, Reason } from './training.ts'

/** Seconds between two status-updates at the most, also with nothing to send. */
export const HEARTBEAT_SECONDS = 2
/** Events in one status-update. */
export const MAX_BATCH = 500

const Url = Type.String({ maxLength: 8_192 })

// ---- job service ↔ worker -------------------------------------------------------------------

export const ClaimBody = Closed({
  claim_id: Id,
  worker_id: Type.String({ minLength: 1, maxLength: 128 }),
  kinds: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 100 }),
  accelerator: Type.Enum(['cpu', 'gpu']),
  devices: Type.Integer({ minimum: 1, maximum: 64 }),
  catalogue_hash: Sha256
})
export type ClaimBody = Static<typeof ClaimBody>

/** `spec` is the create body with the task resolved. `checkpoint` is the newest committed one. */
export const Claim = Type.Object({
  job_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  attempt_token: Type.String(),
  lease_seconds: Type.Number(),
  spec: CreateJob,
  dataset: Type.Object({
    sha256: Sha256,
    bytes: Type.Integer(),
    format: DatasetFormat,
    gzip: Type.Boolean()
  }),
  checkpoint: Nullable(
    Type.Object({
      name: Type.String(),
      step: Type.Integer(),
      bytes: Type.Integer(),
      sha256: Sha256,
      url: Url
    })
  )
})
export type Claim = Static<typeof Claim>

/** `n` is the worker's own number within the attempt, from 1, rising by one; a repeat is harmless. */
export const WorkerEvent = Type.Union([
  Closed({ n: Type.Integer({ minimum: 1 }), type: Type.Literal('phase'), phase: Phase }),
  Closed({ n: Type.Integer({ minimum: 1 }), type: Type.Literal('progress'), data: Progress }),
  Closed({ n: Type.Integer({ minimum: 1 }), type: Type.Literal('metrics'), data: Metrics }),
  Closed({
    n: Type.Integer({ minimum: 1 }),
    type: Type.Literal('best'),
    data: Type.Object({}, { additionalProperties: true })
  }),
  Closed({
    n: Type.Integer({ minimum: 1 }),
    type: Type.Literal('log'),
    stream: Type.Enum(['stdout', 'stderr', 'trainer', 'platform']),
    line: Type.String({ maxLength: 16_384 })
  })
])
export type WorkerEvent = Static<typeof WorkerEvent>

export const StatusUpdateBody = Closed({
  job_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  events: Type.Array(WorkerEvent, { maxItems: MAX_BATCH })
})
export const StatusUpdateReply = Type.Object({
  stop_requested: Type.Boolean(),
  lease_seconds: Type.Number(),
  last_n: Type.Integer()
})
export type StatusUpdateReply = Static<typeof StatusUpdateReply>

export const UrlsBody = Closed({
  job_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  want: Type.Array(
    Type.Union([
      Closed({ kind: Type.Literal('dataset') }),
      Closed({
        kind: Type.Enum(['artifact', 'checkpoint']),
        name: ArtifactName,
        bytes: Type.Integer({ minimum: 0 }),
        md5: Md5
      })
    ]),
    { minItems: 1, maxItems: 50 }
  )
})
/** In the order asked. For a PUT, `headers` must be sent as given, and `key` names the object in `checkpoints` and `finish`. */
export const UrlsReply = Type.Object({
  urls: Type.Array(
    Type.Object({
      kind: Type.String(),
      method: Type.Enum(['GET', 'PUT']),
      url: Url,
      key: Nullable(Type.String()),
      headers: Type.Record(Type.String(), Type.String())
    })
  )
})
export type UrlsReply = Static<typeof UrlsReply>

export const CheckpointBody = Closed({
  job_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  key: Type.String({ maxLength: 512 }),
  name: ArtifactName,
  step: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 1 }),
  md5: Md5,
  sha256: Sha256
})

/**
 * `crashed`: the trainer died by itself; `signature` tells two deaths apart. `metrics` is the trainer's
 * `{ best, test, baseline }`.
 */
export const FinishBody = Closed({
  job_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  outcome: Type.Enum(['succeeded', 'stopped', 'failed', 'crashed']),
  reason: Nullable(Reason),
  message: Nullable(Type.String({ maxLength: 4_000 })),
  signature: Type.Optional(Type.String({ maxLength: 500 })),
  metrics: Type.Optional(Nullable(Type.Object({}, { additionalProperties: true }))),
  artifacts: Type.Array(
    Closed({
      name: ArtifactName,
      key: Type.String({ maxLength: 512 }),
      bytes: Type.Integer({ minimum: 0 }),
      md5: Md5,
      sha256: Sha256
    }),
    { maxItems: 100 }
  )
})
export type FinishBody = Static<typeof FinishBody>
export const FinishReply = Type.Object({ state: Type.String() })
export const ReleaseBody = Closed({ job_id: Id, attempt: Type.Integer({ minimum: 1 }) })

// ---- dataset service ↔ worker (profile work), same shape --------------------------------------

export const ProfileClaimBody = Closed({
  claim_id: Id,
  worker_id: Type.String({ minLength: 1, maxLength: 128 })
})
export type ProfileClaimBody = Static<typeof ProfileClaimBody>
export const ProfileClaim = Type.Object({
  dataset_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  attempt_token: Type.String(),
  lease_seconds: Type.Number(),
  dataset: Type.Object({
    sha256: Sha256,
    bytes: Type.Integer(),
    format: DatasetFormat,
    gzip: Type.Boolean()
  }),
  /** Presigned GET of the file. */
  url: Url,
  inflated_limit_bytes: Type.Integer()
})
export type ProfileClaim = Static<typeof ProfileClaim>
export const ProfileStatusBody = Closed({ dataset_id: Id, attempt: Type.Integer({ minimum: 1 }) })
export const ProfileStatusReply = Type.Object({ lease_seconds: Type.Number(), url: Url })
/** Exactly one of `profile` (with `preview`) and `error` is there. */
export const ProfileFinishBody = Closed({
  dataset_id: Id,
  attempt: Type.Integer({ minimum: 1 }),
  profile: Nullable(Profile),
  preview: Nullable(Preview),
  error: Nullable(DatasetError)
})
export type ProfileFinishBody = Static<typeof ProfileFinishBody>

// ---- job service → dataset service ------------------------------------------------------------

export const HoldParams = Closed({ id: Id, job_id: Id })
/** Whose dataset it must be; anything else is 404. */
export const HoldBody = Closed({ workspace_id: Id })
export const Hold = Type.Object({
  dataset_id: Id,
  name: Type.String(),
  sha256: Sha256,
  bytes: Type.Integer(),
  format: DatasetFormat,
  gzip: Type.Boolean(),
  profile: Profile
})
export type Hold = Static<typeof Hold>
/** `for: worker` is signed for OBJECT_STORE_URL. */
export const DatasetUrlReply = Type.Object({ url: Url })

// ---- dataset service → job service, gateway → job service ----------------------------------------

/** `POST /api/training/internal/holds-check`: which of these jobs still need their dataset. */
export const HoldsCheckBody = Closed({ job_ids: Type.Array(Id, { maxItems: 1_000 }) })
export const HoldsCheckReply = Type.Object({ needed: Type.Array(Id) })

/** `POST /api/training/internal/last-seqs { job_ids }`: the gateway's 2 s comparison. */
export const LastSeqsBody = Closed({ job_ids: Type.Array(Id, { maxItems: 5_000 }) })
export const LastSeqsReply = Type.Object({ last_seqs: Type.Record(Type.String(), Type.Integer()) })

/**
 * `POST /api/training/internal/live-snapshot` (gateway) → `Job`: the job as a member of this workspace sees it, 404
 * `JOB_NOT_FOUND` for everybody else. Sockets that came with a ticket have no access token to forward, so every
 * socket reads this way, with the workspace the gateway has verified.
 */
export const LiveSnapshotBody = Closed({ job_id: Id, workspace_id: Id })
export type LiveSnapshotBody = Static<typeof LiveSnapshotBody>

/** `POST /api/training/internal/live-events` (gateway) → `EventPage`: up to `limit` events after the seq `after`. */
export const LiveEventsBody = Closed({
  job_id: Id,
  workspace_id: Id,
  after: Type.Integer({ minimum: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: 1_000 })
})
export type LiveEventsBody = Static<typeof LiveEventsBody>
