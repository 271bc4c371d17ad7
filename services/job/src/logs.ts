import type { LogPage, LogsQuery } from '@trainyard/contracts/training'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import type { Static } from 'typebox'
import { events } from './db/schema.ts'
import { asUpdate } from './events.ts'

type Page = Static<typeof LogPage>

/**
 * Lines in order: those after `after`, or with `before` the last ones before it. The next cursor is the number to go
 * on with in the same direction.
 */
export async function readLogs(db: Db, jobId: string, query: Static<typeof LogsQuery>): Promise<Page> {
  const { after, before, limit = 200 } = query
  const backwards = before !== undefined
  const rows = await db
    .select()
    .from(events)
    .where(
      and(
        eq(events.jobId, jobId),
        eq(events.event, 'log'),
        after === undefined ? undefined : gt(events.logN, after),
        backwards ? lt(events.logN, before) : undefined
      )
    )
    .orderBy(backwards ? desc(events.logN) : asc(events.logN))
    .limit(limit + 1)
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1)?.logN : undefined
  if (backwards) shown.reverse()
  return { items: shown.flatMap(lineOf), next_cursor: last === undefined ? null : String(last) }
}

function lineOf(row: typeof events.$inferSelect): Page['items'] {
  const update = asUpdate(row)
  return update.event === 'log' ? [update.data as Page['items'][number]] : []
}
