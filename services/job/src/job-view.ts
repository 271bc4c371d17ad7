import type { Job, JobState, Phase } from '@trainyard/contracts/training'
import { fail } from '@trainyard/service-kit/errors'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { iso, isoOrNull } from './db/iso.ts'
import { type JobRow, jobs } from './db/schema.ts'
import { devicesByQueue, whyWaiting } from './workers.ts'

type StateEvent = { state: JobState; phase: Phase | null; attempt: number; at: string }
export type JobWithTimeline = JobRow & { timeline: StateEvent[] }

/** Newest entries that a job shows of its timeline. */
const TIMELINE_LIMIT = 200

/** The timeline is the state events themselves: one source, written by the statement that moved the job. */
const timeline = sql<StateEvent[]>`(
  select coalesce(json_agg(json_build_object('state', e.data->>'state', 'phase', e.data->>'phase',
    'attempt', e.attempt, 'at', e.at) order by e.seq), '[]')
  from (select seq, attempt, data, at from job.events where job_id = "job"."jobs"."id" and event = 'state'
    order by seq desc limit ${TIMELINE_LIMIT}) e)`

export const jobsWithTimeline = (db: Db) =>
  db
    .select({ ...getTableColumns(jobs), timeline })
    .from(jobs)
    .$dynamic()

type Place = { position: number; devices: number }

/**
 * Where queued jobs stand, from 1, in the order in which claims take them (fewest running jobs of the workspace, then
 * longest waiting), and how many devices the largest worker has that claims from the job's queue.
 */
async function placesOf(db: Db, ids: string[]): Promise<Map<string, Place>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.execute<{ id: string; position: string; devices: number }>(sql`
    with ranked as (
      select q.id, q.queue, row_number() over (partition by q.queue order by ${fairOrder}) as position
      from job.jobs q ${runningPerWorkspace} where q.state = 'queued'
    ), there as (${devicesByQueue})
    select ranked.id, position, coalesce(there.devices, 0) as devices
    from ranked left join there on there.queue = ranked.queue
    where ranked.id = any(${sql.param(ids)}::uuid[])`)
  return new Map(rows.map(({ id, position, devices }) => [id, { position: Number(position), devices }]))
}

/** For statements that order queued rows `q` fairly. */
export const runningPerWorkspace = sql`left join (
  select workspace_id, count(*) as n from job.jobs where state in ('running', 'stopping') group by 1
) running on running.workspace_id = q.workspace_id`
export const fairOrder = sql`coalesce(running.n, 0), q.queued_at, q.id`

export async function viewJobs(db: Db, rows: JobWithTimeline[]): Promise<Job[]> {
  const places = await placesOf(
    db,
    rows.filter((row) => row.state === 'queued').map((row) => row.id)
  )
  return rows.map((row) => {
    const place = places.get(row.id)
    if (!place) return view(row, null)
    const message = [row.message, whyWaiting(row, place.devices)].filter(Boolean).join(' ') || null
    return view({ ...row, message }, place.position)
  })
}

/** The job as a member of this workspace sees it; 404 for everybody else. */
export async function readJob(db: Db, workspaceId: string, id: string): Promise<Job> {
  const rows = await jobsWithTimeline(db).where(ofWorkspace(workspaceId, id)).limit(1)
  const [job] = await viewJobs(db, rows)
  if (!job) throw fail('JOB_NOT_FOUND')
  return job
}

/** Every query for a person's request names the workspace, so that foreign ids are absent ones. */
export const ofWorkspace = (workspaceId: string, id: string): SQL | undefined =>
  and(eq(jobs.id, id), eq(jobs.workspaceId, workspaceId))

export async function readRow(db: Db, workspaceId: string, id: string): Promise<JobRow> {
  const [row] = await db.select().from(jobs).where(ofWorkspace(workspaceId, id)).limit(1)
  if (!row) throw fail('JOB_NOT_FOUND')
  return row
}

function view(row: JobWithTimeline, position: number | null): Job {
  const { model, training = {} } = row.spec
  const { latest, best, test, baseline } = row
  return {
    id: row.id,
    name: row.name,
    notes: row.notes,
    state: row.state,
    phase: row.phase,
    reason: row.reason,
    message: row.message,
    task: row.task,
    target: row.target,
    dataset_id: row.datasetId,
    model,
    training,
    tags: row.tags,
    progress: row.progress,
    metrics: { latest, best, test, baseline },
    attempt: row.attempt,
    attempts: row.attempt,
    cloned_from: row.clonedFrom,
    queue_position: position,
    timeline: timelineOf(row.timeline),
    last_seq: row.lastSeq,
    created_at: iso(row.createdAt),
    started_at: isoOrNull(row.startedAt),
    finished_at: isoOrNull(row.finishedAt)
  }
}

/** A finished job has no phase; its last entry keeps the one in which it ended. */
function timelineOf(entries: StateEvent[]): Job['timeline'] {
  let last: Phase = 'queued'
  return entries.map(({ state, phase, attempt, at }) => {
    last = phase ?? last
    return { state, phase: last, attempt, at: iso(at) }
  })
}
