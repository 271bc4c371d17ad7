import { QUEUES } from '@trainyard/contracts/queues'
import { runAsLeader } from '@trainyard/queue/leader'
import { expiredLeases } from '@trainyard/queue/leased-work'
import { type Bells, reRing } from '@trainyard/queue/re-ring'
import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import { LEASE_LOSSES, LEASES_LOST_MESSAGE } from './budgets.ts'
import { removeObjects } from './checkpoints.ts'
import type { Deps } from './deps.ts'
import { KEY_HOURS } from './idempotency.ts'
import { sweepObjects } from './janitor.ts'
import { type Moved, moveJob } from './job-state.ts'
import { WORK } from './queues.ts'
import { gpuIsThere } from './workers.ts'

const CHECKPOINT_DAYS = 30
const BATCH = 100

export type ReconcileOptions = {
  databaseUrl: string
  bells: Bells
} & Pace
/** How often it looks, and how long a bell may be unheard. Defaults 4 s, 8 s, 1 h and 30 s. */
export type Pace = { leasesMs?: number; everyMs?: number; hourlyMs?: number; ringAfterSeconds?: number }

/** The second net under everything: one replica looks every few seconds for rows that nobody moves on. */
export function startReconciler(deps: Deps, options: ReconcileOptions) {
  const {
    databaseUrl,
    bells,
    leasesMs = 4_000,
    everyMs = 8_000,
    hourlyMs = 3_600_000,
    ringAfterSeconds = 30
  } = options
  return runAsLeader({
    url: databaseUrl,
    name: 'job reconciler',
    log: deps.log,
    tasks: [
      { name: 'leases', everyMs: leasesMs, run: () => endLeases(deps) },
      { name: 'stops', everyMs: leasesMs, run: () => forceStops(deps) },
      { name: 'gpu queue', everyMs, run: () => leaveGpuQueue(deps) },
      {
        name: 'bells',
        everyMs,
        run: () => reRing(deps.db, WORK, bells, { afterSeconds: ringAfterSeconds, queueColumn: 'queue' })
      },
      { name: 'old rows', everyMs: hourlyMs, run: () => dropOldRows(deps) },
      { name: 'objects', everyMs: hourlyMs, run: () => sweepObjects(deps) }
    ]
  })
}

/** A worker that was not heard of for a lease is lost: its job goes on elsewhere, or ends as it was told to. */
export async function endLeases(deps: Deps) {
  const lost = await expiredLeases(deps.db, WORK, { states: ['running', 'stopping'], limit: BATCH })
  for (const { id, attempt, state } of lost) {
    // Looked at again in the statement: a write may have renewed the lease since.
    const where = sql`attempt = ${attempt} and lease_until < clock_timestamp()`
    const common = { id, where, outcome: 'lease_lost' }
    const moved =
      state === 'stopping'
        ? await moveJob(deps.db, { ...common, from: 'stopping', to: 'stopped', reason: 'user_stopped' })
        : await requeueOrFail(deps.db, common)
    if (moved) tell(deps, moved)
  }
}

type Lost = { id: string; where: ReturnType<typeof sql>; outcome: string }

async function requeueOrFail(db: Db, lost: Lost): Promise<Moved | undefined> {
  const set = sql`lease_losses = lease_losses + 1`
  const last = sql`lease_losses + 1 >= ${LEASE_LOSSES}`
  const again = await moveJob(db, {
    ...lost,
    from: 'running',
    to: 'queued',
    phase: 'queued',
    message: 'The worker was lost; the job goes on from its last checkpoint.',
    where: sql`${lost.where} and not ${last}`,
    set
  })
  if (again) return again
  return moveJob(db, {
    ...lost,
    from: 'running',
    to: 'failed',
    reason: 'worker_lost',
    message: LEASES_LOST_MESSAGE,
    where: sql`${lost.where} and ${last}`,
    set
  })
}

/** A trainer that is only uploading has ended already; it gets a little longer than one that does not end. */
const UPLOAD_GRACE = sql`interval '15 minutes'`

/** The worker kills a trainer that does not stop. Should it fail to, the job ends all the same. */
export async function forceStops(deps: Deps) {
  const overdue = sql`stop_deadline < now()
    and not (phase = 'uploading' and lease_until > now() and stop_deadline > now() - ${UPLOAD_GRACE})`
  const { rows } = await deps.db.execute<{ id: string }>(
    sql`select id from job.jobs where state = 'stopping' and ${overdue} limit ${BATCH}`
  )
  for (const { id } of rows) {
    const moved = await moveJob(deps.db, {
      id,
      from: 'stopping',
      to: 'stopped',
      reason: 'user_stopped',
      message: 'The trainer did not stop in time and was ended; the last checkpoint is kept.',
      where: overdue,
      outcome: 'forced'
    })
    if (moved) tell(deps, moved)
  }
}

function tell(deps: Deps, moved: Moved) {
  deps.wake()
  deps.publish(moved.workspaceId, [moved.update])
}

/** Jobs that would take either device do not wait for a GPU that is gone. */
async function leaveGpuQueue(deps: Deps) {
  const { rowCount } = await deps.db.execute(sql`
    with moved as (
      update job.jobs set queue = ${QUEUES.trainCpu}, gen = gen + 1, rung_at = now()
      where state = 'queued' and queue = ${QUEUES.trainGpu}
        and coalesce(spec->'resources'->>'accelerator', 'auto') = 'auto' and gpus = 1 and not ${gpuIsThere}
      returning id, gen, queue
    )
    insert into job.outbox (topic, payload)
    select 'ring', jsonb_build_object('jobId', id, 'gen', gen, 'queue', queue) from moved`)
  if (rowCount) deps.wake()
}

async function dropOldRows(deps: Deps) {
  const { db } = deps
  await db.execute(
    sql`delete from job.idempotency_keys where created_at < now() - make_interval(hours => ${KEY_HOURS})`
  )
  await db.execute(sql`delete from job.workers where seen_at < now() - interval '1 day'`)
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ key: string }>(sql`delete from job.checkpoints c using job.jobs j
      where j.id = c.job_id and j.finished_at < now() - make_interval(days => ${CHECKPOINT_DAYS}) returning c.key`)
    await removeObjects(
      tx,
      rows.map(({ key }) => key)
    )
  })
  deps.wake()
}
