import type { AccessClaims } from '@trainyard/contracts/auth'
import type { Hold } from '@trainyard/contracts/internal'
import type { CreateJob, Job, TaskKind } from '@trainyard/contracts/training'
import { addToOutbox } from '@trainyard/queue/outbox'
import { AppError, fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import { type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import { beginOnce, freeKey, keepReply, requestHash, type Ticket } from './idempotency.ts'
import { readJob } from './job-view.ts'
import { OUTBOX } from './queues.ts'
import { validateSpec } from './validate-spec.ts'
import { queueFor } from './workers.ts'

/**
 * Makes a job. The dataset is held first, under the id that the job will have, and let go again when the job is not
 * made; then one transaction inserts the job, its first event and its bell. Redis is not touched.
 */
export async function createJob(
  deps: Deps,
  user: AccessClaims,
  spec: CreateJob,
  key: string | undefined
): Promise<{ job: Job; replayed: boolean }> {
  const jobId = newId()
  if (key === undefined) return { job: await make(deps, user, spec, jobId), replayed: false }
  const begun = await beginOnce(deps.db, { userId: user.sub, key, jobId, hash: requestHash(spec) })
  if ('replay' in begun) return { job: begun.replay, replayed: true }
  try {
    return { job: await make(deps, user, spec, jobId, begun.ticket), replayed: false }
  } catch (err) {
    // A refusal frees the key. Anything else may have committed: then the key's own time limit decides.
    if (err instanceof AppError) await freeKey(deps.db, begun.ticket)
    throw err
  }
}

async function make(deps: Deps, user: AccessClaims, spec: CreateJob, jobId: string, ticket?: Ticket) {
  const hold = await deps.datasets.hold(spec.dataset_id, jobId, user.workspace_id)
  try {
    const { task, problems } = validateSpec(spec, hold.profile, deps.catalogue)
    if (spec.cloned_from && !(await isThere(deps.db, user.workspace_id, spec.cloned_from)))
      problems.push({ pointer: '/cloned_from', message: 'there is no such job' })
    if (problems.length > 0) throw fail('UNPROCESSABLE', { details: problems })
    const job = await insert(deps, { user, spec, jobId, hold, task, ticket })
    deps.wake()
    publishCreation(deps, user.workspace_id, job)
    return job
  } catch (err) {
    if (err instanceof AppError) await letGo(deps, spec.dataset_id, jobId)
    throw err
  }
}

/** At once, so that the dataset can be deleted right after a refused create; later when that fails. */
async function letGo({ datasets, db, log }: Deps, datasetId: string, jobId: string) {
  await datasets.release(datasetId, jobId).catch((err: unknown) => {
    log.warn({ err, job_id: jobId }, 'a hold was not released at once')
    return addToOutbox(db, OUTBOX, 'release-hold', [{ job_id: jobId, dataset_id: datasetId }])
  })
}

async function isThere(db: Db, workspaceId: string, id: string) {
  const { rowCount } = await db.execute(
    sql`select 1 from job.jobs where id = ${id} and workspace_id = ${workspaceId}`
  )
  return rowCount === 1
}

type Insert = {
  user: AccessClaims
  spec: CreateJob
  jobId: string
  hold: Hold
  task: TaskKind
  ticket: Ticket | undefined
}

async function insert({ db }: Deps, { user, spec, jobId, hold, task, ticket }: Insert): Promise<Job> {
  if (!ticket) {
    await insertRow(db, { user, spec, jobId, hold, task })
    return readJob(db, user.workspace_id, jobId)
  }
  return inTransaction(db, async (tx) => {
    await insertRow(tx, { user, spec, jobId, hold, task })
    const job = await readJob(tx, user.workspace_id, jobId)
    await keepReply(tx, ticket, job)
    return job
  })
}

async function insertRow(db: Db, { user, spec, jobId, hold, task }: Omit<Insert, 'ticket'>) {
  const { gpus = 1 } = spec.resources ?? {}
  const { sha256, bytes, format, gzip } = hold
  const name = spec.name ?? `${hold.name} · ${spec.model.architecture}`.slice(0, 200)
  await db.execute(sql`
    with made as (
      insert into job.jobs (id, workspace_id, user_id, dataset_id, dataset, name, tags, cloned_from, spec, task,
        target, architecture, gpus, phase, last_seq, queue)
      values (${jobId}, ${user.workspace_id}, ${user.sub}, ${spec.dataset_id},
        ${JSON.stringify({ sha256, bytes, format, gzip })}::jsonb, ${name}, ${sql.param(spec.tags ?? [])},
        ${spec.cloned_from ?? null}, ${JSON.stringify(spec)}::jsonb, ${task}, ${spec.target ?? null},
        ${spec.model.architecture}, ${gpus}, 'queued', 1, ${queueFor(spec.resources)})
      returning id, gen, queue
    ), event as (
      insert into job.events (job_id, seq, attempt, event, data)
      select id, 1, 0, 'state',
        '{"state": "queued", "phase": "queued", "reason": null, "message": null}'::jsonb from made
    )
    insert into job.outbox (topic, payload)
    select 'ring', jsonb_build_object('jobId', id, 'gen', gen, 'queue', queue) from made`)
}

function publishCreation({ publish }: Deps, workspaceId: string, job: Job) {
  const data = { state: 'queued', phase: 'queued', reason: null, message: null } as const
  publish(workspaceId, [
    { type: 'job_update', job_id: job.id, attempt: 0, seq: 1, ts: job.created_at, event: 'state', data }
  ])
}
