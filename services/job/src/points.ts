import type { MetricSeries } from '@trainyard/contracts/training'
import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import { isoOrNull } from './db/iso.ts'

/** `at`: when its event was stored, as the live stream says it too. */
export type Point = { key: string; step: number; epoch: number; value: number | null; at: string }

/** One value a series, attempt and step: the newest. */
export async function insertPoints(
  db: Db,
  { jobId, attempt }: { jobId: string; attempt: number },
  points: Point[]
) {
  if (points.length === 0) return
  const newest = new Map(points.map((point) => [`${point.step} ${point.key}`, point]))
  await db.execute(sql`insert into job.points (job_id, key, attempt, step, epoch, value, at)
    select ${jobId}, x.key, ${attempt}, x.step, x.epoch, x.value, x.at
    from jsonb_to_recordset(${JSON.stringify([...newest.values()])}::jsonb)
      as x(key text, step bigint, epoch integer, value double precision, at timestamptz)
    on conflict (job_id, key, attempt, step)
      do update set value = excluded.value, epoch = excluded.epoch, at = excluded.at`)
}

export type SeriesQuery = {
  keys: string[] | null
  maxPoints: number
  fromStep: number
  toStep: number | null
}
type Series = MetricSeries['series'][number]

/** Names of a job's series; more are not shown. */
const MAX_SERIES = 200

/**
 * The job's series as one curve each: where an attempt went on from a checkpoint, the later one counts from its
 * first step on, so that a resumed curve is the uninterrupted one. A series with more than `maxPoints` points is cut
 * into that many equal runs; each is shown by its last point and carries the least and greatest value of all of it,
 * so that no peak is lost.
 */
export async function readSeries(db: Db, jobId: string, query: SeriesQuery): Promise<Series[]> {
  const { keys, maxPoints, fromStep, toStep } = query
  const { rows } = await db.execute<{
    key: string
    step: string
    epoch: number
    attempt: number
    at: string | null
    value: number | null
    low: number | null
    high: number | null
    members: string
  }>(sql`
    with visible as (
      select p.key, p.step, p.epoch, p.attempt, p.at, p.value,
        row_number() over w as nth, count(*) over (partition by p.key) as total
      from job.points p join job.jobs j on j.id = p.job_id
      where p.job_id = ${jobId} and p.attempt > j.fresh_after and p.step >= ${fromStep}
        and (${toStep}::bigint is null or p.step <= ${toStep})
        and (${sql.param(keys)}::text[] is null or p.key = any(${sql.param(keys)}::text[]))
        and not exists (select from job.attempts a
          where a.job_id = p.job_id and a.attempt > p.attempt and a.from_step < p.step)
      window w as (partition by p.key order by p.step, p.attempt)
    )
    select key, (array_agg(step order by nth desc))[1] as step, (array_agg(epoch order by nth desc))[1] as epoch,
      (array_agg(attempt order by nth desc))[1] as attempt, (array_agg(at order by nth desc))[1] as at,
      (array_agg(value order by nth desc))[1] as value,
      min(value) as low, max(value) as high, count(*) as members
    from visible
    group by key, case when total <= ${maxPoints} then nth else (nth - 1) * ${maxPoints} / total end
    order by key, max(nth)`)
  const series = new Map<string, Series>()
  for (const { key, value, low, high, ...row } of rows) {
    const one = series.get(key) ?? { key, direction: directionOf(key), points: [] }
    if (series.size >= MAX_SERIES && !series.has(key)) continue
    const extremes = Number(row.members) > 1 && low !== null && high !== null ? { min: low, max: high } : {}
    const { epoch, attempt, at } = row
    one.points.push({ step: Number(row.step), epoch, attempt, at: isoOrNull(at), value, ...extremes })
    series.set(key, one)
  }
  return [...series.values()]
}

/** Which end of a series is the good one, by what the metric is called. */
export const directionOf = (key: string): 'min' | 'max' =>
  /(accuracy|precision|recall|f1|auc|r2|score|kappa|mcc)(_\w+)?$/.test(key) ? 'max' : 'min'
