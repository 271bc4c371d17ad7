import type { JobState } from '@trainyard/contracts/training'
import { addToOutbox } from '@trainyard/queue/outbox'
import { AppError, fail } from '@trainyard/service-kit/errors'
import { type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { removeObjects } from './checkpoints.ts'
import type { JobRow } from './db/schema.ts'
import type { Deps } from './deps.ts'
import { withHoldTurn } from './hold-turn.ts'
import { moveJob } from './job-state.ts'
import { readRow } from './job-view.ts'
import { OUTBOX } from './queues.ts'
import { queueFor } from './workers.ts'

export type Requeue = { from: 'checkpoint'; timeLimitSeconds?: number } | { from: 'start' }
const TRIES = 5

/**
 * The next attempt of a finished job: from its newest checkpoint (resume) or from the start (retry). The dataset is
 * held again first. False: the job is queued or running already, so nothing changes.
 */
export async function requeueJob(deps: Deps, workspaceId: string, id: string, how: Requeue) {
  for (let i = 0; i < TRIES; i++) {
    const row = await readRow(deps.db, workspaceId, id)
    if (row.state === 'queued' || row.state === 'running') return { changed: false }
    if (row.state === 'stopping') throw fail('JOB_NOT_FINISHED')
    if (how.from === 'checkpoint' && row.state === 'succeeded') throw fail('JOB_NOT_RESUMABLE')
    const { state } = row
    if (await withHoldTurn(deps.db, id, () => holdAndMove(deps, row, state, how))) return { changed: true }
  }
  throw fail('UNAVAILABLE', { message: 'The job is changing its state; try again.', retryAfter: 1 })
}

type Finished = Extract<JobState, 'succeeded' | 'failed' | 'stopped'>

async function holdAndMove(deps: Deps, row: JobRow, from: Finished, how: Requeue): Promise<boolean> {
  await holdAgain(deps, row)
  const moved = await inTransaction(deps.db, async (tx) => {
    const moved = await moveJob(tx, {
      id: row.id,
      from,
      to: 'queued',
      phase: 'queued',
      set: columns(row, how)
    })
    if (moved && how.from === 'start') await forgetCheckpoints(tx, row.id)
    return moved
  })
  if (!moved) {
    // Deleted or moved by somebody else meanwhile: whether it still needs the hold is looked at when this is delivered.
    await addToOutbox(deps.db, OUTBOX, 'release-hold', [{ job_id: row.id, dataset_id: row.datasetId }])
    deps.wake()
    return false
  }
  deps.wake()
  deps.publish(moved.workspaceId, [moved.update])
  return true
}

async function holdAgain({ datasets }: Deps, { id, datasetId, workspaceId }: JobRow) {
  try {
    await datasets.hold(datasetId, id, workspaceId)
  } catch (err) {
    if (err instanceof AppError && err.code === 'DATASET_NOT_FOUND') throw fail('DATASET_GONE')
    throw err
  }
}

function columns({ spec }: JobRow, how: Requeue): SQL {
  const budgets = sql`trainer_crashes = '{}', lease_losses = 0,
    queue = ${queueFor(spec.resources)}`
  if (how.from === 'start')
    return sql`${budgets}, fresh_after = attempt, started_at = null, progress = null, latest = null, best = null,
      test = null, baseline = null`
  if (how.timeLimitSeconds === undefined) return budgets
  const training = { ...spec.training, time_limit_seconds: how.timeLimitSeconds }
  return sql`${budgets}, spec = ${JSON.stringify({ ...spec, training })}::jsonb`
}

async function forgetCheckpoints(tx: Db, jobId: string) {
  const { rows } = await tx.execute<{ key: string }>(
    sql`delete from job.checkpoints where job_id = ${jobId} returning key`
  )
  await removeObjects(
    tx,
    rows.map(({ key }) => key)
  )
}
