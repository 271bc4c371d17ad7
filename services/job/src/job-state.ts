import type { JobUpdate } from '@trainyard/contracts/live'
import type { JobState, Phase, Reason } from '@trainyard/contracts/training'
import { requeuedColumns } from '@trainyard/queue/leased-work'
import type { Db } from '@trainyard/service-kit/postgres'
import { type SQL, sql } from 'drizzle-orm'
import { iso } from './db/iso.ts'

/** Which state may follow which. A call of `moveJob` with another pair does not compile. */
export const NEXT = {
  queued: ['running', 'stopped', 'failed'],
  running: ['succeeded', 'failed', 'stopped', 'stopping', 'queued'],
  stopping: ['stopped'],
  stopped: ['queued'],
  failed: ['queued'],
  succeeded: ['queued']
} as const satisfies Record<JobState, readonly JobState[]>

export const STOP_SECONDS = 60

type Words = { phase?: Phase | null; reason?: Reason | null; message?: string | null }

export type Move<F extends JobState> = Words & {
  /** Which row: an id, or a sub-select that picks one. */
  id: string | SQL
  from: F
  to: (typeof NEXT)[F][number]
  /** Must hold beside `from`. */
  where?: SQL
  /** Further columns to set. */
  set?: SQL
  /** What the attempt that ends here came to. */
  outcome?: string
  /** Another common table expression of the same statement; the row is there as `moved`. */
  also?: SQL
}

export type Moved = {
  id: string
  workspaceId: string
  attempt: number
  /** The state event that the move wrote. */
  update: JobUpdate
}

/** What each state sets by itself, so that no caller can forget it. */
const columnsOf = (to: JobState): SQL => {
  switch (to) {
    case 'queued':
      return sql`${requeuedColumns}, finished_at = null, stop_deadline = null`
    case 'running':
      return sql`started_at = coalesce(started_at, now()), last_n = 0`
    case 'stopping':
      return sql`state = 'stopping', stop_deadline = now() + make_interval(secs => ${STOP_SECONDS})`
    default:
      return sql`state = ${to}, finished_at = now(), stop_deadline = null,
        lease_until = null, claim_id = null, worker_id = null, token_hash = null`
  }
}

/** Told in the same transaction: a queued job is rung, a finished one lets go of its dataset. */
const tellingOf = (to: JobState): SQL => {
  if (to === 'queued')
    return sql`, told as (insert into job.outbox (topic, payload)
      select 'ring', jsonb_build_object('jobId', id, 'gen', gen, 'queue', queue) from moved)`
  if (to === 'running' || to === 'stopping') return sql``
  return sql`, told as (insert into job.outbox (topic, payload)
    select 'release-hold', jsonb_build_object('job_id', id, 'dataset_id', dataset_id) from moved)`
}

const endingOf = (from: JobState, to: JobState, outcome: string): SQL => {
  const held = from === 'running' || from === 'stopping'
  if (!held || to === 'stopping') return sql``
  return sql`, ended as (update job.attempts a set ended_at = now(), outcome = ${outcome}
    from moved where a.job_id = moved.id and a.attempt = moved.attempt)`
}

type MovedRow = {
  id: string
  workspace_id: string
  attempt: number
  seq: string
  at: string
  state: JobState
  phase: Phase | null
  reason: Reason | null
  message: string | null
}

/**
 * The only way a job changes its state: one compare-and-set statement that also writes the state event under the
 * job's next seq, the outbox entry and the attempt's end. Undefined: the row was not in that state; somebody
 * else decided first.
 */
export async function moveJob<F extends JobState>(db: Db, move: Move<F>): Promise<Moved | undefined> {
  const { id, from, to, phase = null, reason = null, message = null, outcome = to } = move
  const { where = sql`true`, set, also } = move
  const { rows } = await db.execute<MovedRow>(sql`
    with moved as (
      update job.jobs set ${columnsOf(to)}, phase = ${phase}, reason = ${reason}, message = ${message},
        last_seq = last_seq + 1 ${set ? sql`, ${set}` : sql``}
      where id = ${typeof id === 'string' ? id : sql`(${id})`} and state = ${from} and ${where}
      returning *
    ), event as (
      insert into job.events (job_id, seq, attempt, event, data)
      select id, last_seq, attempt, 'state',
        jsonb_build_object('state', state, 'phase', phase, 'reason', reason, 'message', message)
      from moved returning at
    ) ${tellingOf(to)} ${endingOf(from, to, outcome)} ${also ? sql`, ${also}` : sql``}
    select moved.id, workspace_id, attempt, last_seq as seq, event.at, state, phase, reason, message
    from moved, event`)
  const [row] = rows
  return row && { id: row.id, workspaceId: row.workspace_id, attempt: row.attempt, update: stateUpdate(row) }
}

const stateUpdate = (row: MovedRow): JobUpdate => ({
  type: 'job_update',
  job_id: row.id,
  attempt: row.attempt,
  seq: Number(row.seq),
  ts: iso(row.at),
  event: 'state',
  data: { state: row.state, phase: row.phase, reason: row.reason, message: row.message }
})
