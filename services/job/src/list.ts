import type { JobPage, JobQuery } from '@trainyard/contracts/training'
import { decodeCursor, encodeCursor, notACursor } from '@trainyard/service-kit/cursor'
import { type Db, isDataException } from '@trainyard/service-kit/postgres'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { jobs } from './db/schema.ts'
import { type JobWithTimeline, jobsWithTimeline, viewJobs } from './job-view.ts'

type Query = Static<typeof JobQuery>
type Sort = NonNullable<Query['sort']>
type Order = { value: SQL; cast: SQL; descending: boolean; of: (row: JobWithTimeline) => string }

const FAR_PAST = '-infinity'
const FAR_FUTURE = 'infinity'

/** Jobs that are not finished stand at the end of an order by `finished_at`, in either direction. */
const finished = (end: string) => sql`coalesce(${jobs.finishedAt}, ${end}::timestamptz)`
const timestamptz = sql`timestamptz`
const ORDERS: Record<Sort, Order> = {
  '-created_at': {
    value: sql`${jobs.createdAt}`,
    cast: timestamptz,
    descending: true,
    of: (row) => row.createdAt
  },
  created_at: {
    value: sql`${jobs.createdAt}`,
    cast: timestamptz,
    descending: false,
    of: (row) => row.createdAt
  },
  '-finished_at': {
    value: finished(FAR_PAST),
    cast: timestamptz,
    descending: true,
    of: (row) => row.finishedAt ?? FAR_PAST
  },
  finished_at: {
    value: finished(FAR_FUTURE),
    cast: timestamptz,
    descending: false,
    of: (row) => row.finishedAt ?? FAR_FUTURE
  },
  name: { value: sql`${jobs.name}`, cast: sql`text`, descending: false, of: (row) => row.name },
  '-name': { value: sql`${jobs.name}`, cast: sql`text`, descending: true, of: (row) => row.name }
}

/** A cursor page of a workspace's jobs; equal values are ordered by id, so that no row is shown twice or missed. */
export async function listJobs(db: Db, workspaceId: string, query: Query): Promise<Static<typeof JobPage>> {
  const { sort = '-created_at', limit = 20 } = query
  const order = ORDERS[sort]
  const direction = order.descending ? sql`desc` : sql`asc`
  const rows = await jobsWithTimeline(db)
    .where(and(eq(jobs.workspaceId, workspaceId), ...filters(query), after(query.cursor, sort, order)))
    .orderBy(sql`${order.value} ${direction}, ${jobs.id} ${direction}`)
    .limit(limit + 1)
    .catch((err: unknown) => {
      // Only Postgres knows what it reads as a time or an id, and nothing else of a query is cast.
      throw query.cursor !== undefined && isDataException(err) ? notACursor() : err
    })
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return {
    items: await viewJobs(db, shown),
    next_cursor: last ? encodeCursor([sort, order.of(last), last.id]) : null
  }
}

function filters({ state, dataset_id, cloned_from, architecture, tag, q }: Query): (SQL | undefined)[] {
  return [
    state && eq(jobs.state, state),
    dataset_id === undefined ? undefined : eq(jobs.datasetId, dataset_id),
    cloned_from === undefined ? undefined : eq(jobs.clonedFrom, cloned_from),
    architecture === undefined ? undefined : eq(jobs.architecture, architecture),
    tag === undefined ? undefined : sql`${jobs.tags} @> array[${tag}]::text[]`,
    q === undefined ? undefined : sql`${jobs.name} ilike ${`%${q.replace(/[\\%_]/g, '\\$&')}%`}`
  ]
}

function after(cursor: string | undefined, sort: Sort, { value, cast, descending }: Order): SQL | undefined {
  if (cursor === undefined) return undefined
  const [of, at, id] = decodeCursor(cursor, 3)
  if (of !== sort || typeof at !== 'string' || typeof id !== 'string') throw notACursor()
  return sql`(${value}, ${jobs.id}) ${descending ? sql`<` : sql`>`} (${at}::${cast}, ${id}::uuid)`
}
