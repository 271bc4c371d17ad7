import type { CheckpointBody } from '@trainyard/contracts/internal'
import { checkpointAttemptPrefix } from '@trainyard/object-store/keys'
import { isAsAnnounced } from '@trainyard/object-store/verify'
import { addToOutbox } from '@trainyard/queue/outbox'
import { fail } from '@trainyard/service-kit/errors'
import { type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { type Attempt, isCurrent, lockHeld, requireCurrent } from './attempt.ts'
import type { Deps } from './deps.ts'
import { OUTBOX } from './queues.ts'

const KEPT = 2

export type CheckpointRef = { key: string; name: string; step: number; bytes: number; sha256: string }

/** Of a selected job: the newest one that counts. Those of attempts before a retry from the start do not. */
export const newestCheckpoint = sql<CheckpointRef | null>`(
  select json_build_object('key', c.key, 'name', c.name, 'step', c.step, 'bytes', c.bytes, 'sha256', c.sha256)
  from job.checkpoints c where c.job_id = "job"."jobs"."id" and c.attempt > "job"."jobs"."fresh_after"
  order by c.attempt desc, c.step desc limit 1)`

/**
 * Commits an uploaded checkpoint after looking at the object, keeps the newest two, and gives the job its budgets
 * of crashes and lost leases back: it got further. Repeating it changes nothing.
 */
export async function commitCheckpoint(deps: Deps, held: Attempt, body: Static<typeof CheckpointBody>) {
  await requireCurrent(deps.db, held)
  if (!body.key.startsWith(checkpointAttemptPrefix(held.jobId, held.attempt))) throw fail('ARTIFACT_MISMATCH')
  if (!(await isAsAnnounced(deps.store, body.key, body))) throw fail('ARTIFACT_MISMATCH')
  await inTransaction(deps.db, async (tx) => {
    await lockHeld(tx, held)
    await tx.execute(sql`insert into job.checkpoints (key, job_id, attempt, step, name, bytes, sha256)
      values (${body.key}, ${held.jobId}, ${held.attempt}, ${body.step}, ${body.name}, ${body.bytes}, ${body.sha256})
      on conflict (key) do nothing`)
    await tx.execute(
      sql`update job.jobs set trainer_crashes = '{}', lease_losses = 0 where ${isCurrent(held)}`
    )
    const { rows } = await tx.execute<{
      key: string
    }>(sql`delete from job.checkpoints where job_id = ${held.jobId}
      and key not in (select key from job.checkpoints where job_id = ${held.jobId}
        order by attempt desc, step desc, committed_at desc limit ${KEPT}) returning key`)
    await removeObjects(
      tx,
      rows.map((row) => row.key)
    )
  })
  deps.wake()
}

/** After the commit that made them nobody's; the janitor finds what this misses. */
export const removeObjects = (tx: Db, keys: string[]) => addToOutbox(tx, OUTBOX, 'remove-object', keys)
