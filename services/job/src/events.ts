import type { JobUpdate } from '@trainyard/contracts/live'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { iso } from './db/iso.ts'
import { type EventRow, events } from './db/schema.ts'

export type NewEvent = {
  event: EventRow['event']
  data: Record<string, unknown>
  /** The worker's number; null for the service's own. */
  n: number | null
  logN: number | null
}

/**
 * Writes events with the seqs after `lastSeq`. The caller holds the job's row lock and stores the new last seq in
 * the same transaction, so that the order of commits is the order of seqs and there are no gaps.
 */
export async function insertEvents(
  db: Db,
  job: { id: string; attempt: number; lastSeq: number },
  fresh: NewEvent[]
): Promise<JobUpdate[]> {
  if (fresh.length === 0) return []
  const rows = fresh.map((event, i) => ({ ...event, seq: job.lastSeq + 1 + i }))
  const { rows: stored } = await db.execute<{ seq: string; at: string }>(sql`
    insert into job.events (job_id, seq, attempt, n, event, data, log_n)
    select ${job.id}, x.seq, ${job.attempt}, x.n, x.event, x.data, x."logN"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(seq bigint, n bigint, event text, data jsonb, "logN" bigint)
    returning seq, at`)
  const at = new Map(stored.map((row) => [Number(row.seq), row.at]))
  return rows.map((row) =>
    asUpdate({ ...row, jobId: job.id, attempt: job.attempt, at: at.get(row.seq) ?? '' })
  )
}

/** A stored event as the live stream's message. */
export function asUpdate(row: Omit<EventRow, 'n'>): JobUpdate {
  const ts = iso(row.at)
  const data = row.event === 'log' ? { n: row.logN, at: ts, ...row.data } : row.data
  const update = {
    type: 'job_update',
    job_id: row.jobId,
    attempt: row.attempt,
    seq: row.seq,
    ts,
    event: row.event,
    data
  }
  // The columns were filled from parsed events; parsing them once more for every reader would buy nothing.
  return update as JobUpdate
}

/** The job's events after a seq, in order. */
export async function eventsAfter(db: Db, jobId: string, after: number, limit: number): Promise<JobUpdate[]> {
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.jobId, jobId), gt(events.seq, after)))
    .orderBy(asc(events.seq))
    .limit(limit)
  return rows.map(asUpdate)
}

/** What was stored of a batch that came before. */
export async function eventsOfBatch(
  db: Db,
  { jobId, attempt, numbers }: { jobId: string; attempt: number; numbers: number[] }
): Promise<JobUpdate[]> {
  if (numbers.length === 0) return []
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.jobId, jobId), eq(events.attempt, attempt), inArray(events.n, numbers)))
    .orderBy(asc(events.seq))
  return rows.map(asUpdate)
}
