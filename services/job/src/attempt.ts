import type { Progress } from '@trainyard/contracts/training'
import { heldBy } from '@trainyard/queue/leased-work'
import { fail } from '@trainyard/service-kit/errors'
import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'

/** Who writes: the job, the attempt's number and the hash of its token. */
export type Attempt = { jobId: string; attempt: number; tokenHash: string }

/** The job is held by this very attempt; its writes are taken. */
export const isCurrent = (held: Attempt) =>
  sql`id = ${held.jobId} and state in ('running', 'stopping') and ${heldBy(held)}`

/**
 * Why a write was refused: 409 for a token that was right once (the worker kills its trainer) and for a job that is
 * gone, 401 for one that never was.
 */
export async function refusal(db: Db, { jobId, attempt, tokenHash }: Attempt) {
  const { rows } = await db.execute<{ known: boolean; there: boolean }>(sql`
    select exists (select from job.attempts where job_id = ${jobId} and attempt = ${attempt}
        and token_hash = ${tokenHash}) as known,
      exists (select from job.jobs where id = ${jobId}) as there`)
  const [row] = rows
  return fail(row?.there && !row.known ? 'UNAUTHENTICATED' : 'ATTEMPT_SUPERSEDED')
}

/** For what is done outside of a transaction: the same check is made again where something is written. */
export async function requireCurrent(db: Db, held: Attempt) {
  const { rowCount } = await db.execute(sql`select 1 from job.jobs where ${isCurrent(held)}`)
  if (rowCount !== 1) throw await refusal(db, held)
}

export type HeldRow = {
  workspace_id: string
  state: 'running' | 'stopping'
  reason: string | null
  message: string | null
  last_seq: string
  last_n: string
  last_log_n: string
  log_bytes: string
  latest: { values: Record<string, number | null> } | null
  progress: Progress | null
  trainer_crashes: Record<string, number>
}

/** Locks the job's row for this attempt until the transaction ends. */
export async function lockHeld(tx: Db, held: Attempt): Promise<HeldRow> {
  const { rows } = await tx.execute<HeldRow>(sql`
    select workspace_id, state, reason, message, last_seq, last_n, last_log_n, log_bytes, latest, progress,
      trainer_crashes
    from job.jobs where ${isCurrent(held)} for update`)
  const [row] = rows
  if (!row) throw await refusal(tx, held)
  return row
}
