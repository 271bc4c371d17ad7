import type { Claim, ClaimBody } from '@trainyard/contracts/internal'
import type { CreateJob } from '@trainyard/contracts/training'
import { attemptToken, claimedColumns, nextEligible } from '@trainyard/queue/leased-work'
import { isUniqueViolation } from '@trainyard/service-kit/postgres'
import { and, eq, sql } from 'drizzle-orm'
import { newestCheckpoint } from './checkpoints.ts'
import { jobs } from './db/schema.ts'
import type { Deps } from './deps.ts'
import { moveJob } from './job-state.ts'
import { fairOrder, runningPerWorkspace } from './job-view.ts'
import { WORK } from './queues.ts'
import { noteWorker } from './workers.ts'

/**
 * Gives a worker the next job in fairness order, or nothing. Bells of a queue are interchangeable, so a claim names
 * no job. The same `claim_id` gets the same answer while its attempt is current.
 */
export async function claimJob(deps: Deps, body: ClaimBody): Promise<Claim | undefined> {
  if (!deps.sameCatalogue(body)) return undefined
  const [claimed] = await Promise.all([next(deps, body), noteWorker(deps.db, body)])
  return claimed
}

async function next(deps: Deps, body: ClaimBody): Promise<Claim | undefined> {
  // A repeat finds its earlier job by the unique claim id, or after there was nothing else to take.
  return (await fresh(deps, body)) ?? (await repeated(deps, body))
}

async function fresh(deps: Deps, body: ClaimBody): Promise<Claim | undefined> {
  const { hash } = attemptToken(deps.secrets.attempts, body.claim_id)
  try {
    const moved = await moveJob(deps.db, {
      id: nextEligible(WORK, {
        join: runningPerWorkspace,
        eligible: sql`q.queue = ${`train-${body.accelerator}`} and q.architecture = any(${sql.param(body.kinds)})
          and q.gpus <= ${body.devices} and ${oneAtATime(body.claim_id)}`,
        order: fairOrder
      }),
      from: 'queued',
      to: 'running',
      phase: 'claiming',
      set: claimedColumns({
        claimId: body.claim_id,
        workerId: body.worker_id,
        tokenHash: hash,
        leaseSeconds: deps.leaseSeconds
      }),
      also: sql`begun as (insert into job.attempts (job_id, attempt, claim_id, worker_id, token_hash, from_step)
        select id, attempt, claim_id, worker_id, token_hash, coalesce((
          select c.step from job.checkpoints c where c.job_id = moved.id and c.attempt > moved.fresh_after
          order by c.attempt desc, c.step desc limit 1), 0)
        from moved)`
    })
    if (!moved) return undefined
    deps.publish(moved.workspaceId, [moved.update])
    return await answer(deps, body.claim_id, moved.id)
  } catch (err) {
    // This claim got a job before; what this statement did is undone.
    if (isUniqueViolation(err, 'attempts_claim')) return undefined
    throw err
  }
}

/**
 * Lets the same claim, sent twice at once, wait for itself. Else the second would step over the row that the first
 * is taking, as if nothing were there.
 */
const oneAtATime = (claimId: string) =>
  sql`(select pg_advisory_xact_lock(hashtextextended(${claimId}, 0)) is not null)`

async function repeated(deps: Deps, { claim_id }: ClaimBody): Promise<Claim | undefined> {
  const { rows } = await deps.db.execute<{ job_id: string }>(
    sql`select job_id from job.attempts where claim_id = ${claim_id}`
  )
  const [row] = rows
  return row && answer(deps, claim_id, row.job_id)
}

async function answer(deps: Deps, claimId: string, jobId: string): Promise<Claim | undefined> {
  const { token, hash } = attemptToken(deps.secrets.attempts, claimId)
  const [job] = await deps.db
    .select({
      id: jobs.id,
      attempt: jobs.attempt,
      spec: jobs.spec,
      task: jobs.task,
      dataset: jobs.dataset,
      checkpoint: newestCheckpoint
    })
    .from(jobs)
    .where(and(eq(jobs.id, jobId), eq(jobs.claimId, claimId), eq(jobs.tokenHash, hash)))
  if (!job) return undefined
  const { checkpoint } = job
  const { format, ...file } = job.dataset
  return {
    job_id: job.id,
    attempt: job.attempt,
    attempt_token: token,
    lease_seconds: deps.leaseSeconds,
    spec: { ...job.spec, task: job.task } satisfies CreateJob,
    dataset: { ...file, format: format as Claim['dataset']['format'] },
    checkpoint: checkpoint && {
      name: checkpoint.name,
      step: checkpoint.step,
      bytes: checkpoint.bytes,
      sha256: checkpoint.sha256,
      url: await deps.store.presignGet(checkpoint.key)
    }
  }
}
