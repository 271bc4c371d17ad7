import type { LogPage, LogsQuery } from '@trainyard/contracts/training'
import { numberOfCursor } from '@trainyard/service-kit/cursor'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import type { Static } from 'typebox'
import { events } from './db/schema.ts'
import { asUpdate } from './events.ts'

type Page = Static<typeof LogPage>

/**
 * Lines in order: those after `after`, or with `before` the last ones before it. The next cursor goes on in the same
 * direction; it is the number that `after`, or `before`, could be as well.
 */
export async function readLogs(db: Db, jobId: string, query: Static<typeof LogsQuery>): Promise<Page> {
  const { limit = 200 } = query
  const backwards = query.before !== undefined
  const from = numberOfCursor(query.cursor)
  const before = backwards ? (from ?? query.before) : undefined
  const after = backwards ? query.after : (from ?? query.after)
  const rows = await db
    .select()
    .from(events)
    .where(
      and(
        eq(events.jobId, jobId),
        eq(events.event, 'log'),
        after === undefined ? undefined : gt(events.logN, after),
        before === undefined ? undefined : lt(events.logN, before)
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
