import { IdParams } from '@trainyard/contracts/common'
import { EventPage } from '@trainyard/contracts/live'
import { EventsQuery, LogPage, LogsQuery, MetricSeries, MetricsQuery } from '@trainyard/contracts/training'
import { numberOfCursor } from '@trainyard/service-kit/cursor'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import type { Deps } from '../deps.ts'
import { eventsAfter } from '../events.ts'
import { readRow } from '../job-view.ts'
import { readLogs } from '../logs.ts'
import { readSeries } from '../points.ts'
import { doc, refusals, user } from './docs.ts'

export function historyRoutes(app: App, { db }: Deps) {
  app.get(
    '/api/training/:id/metrics',
    {
      config: user,
      schema: {
        ...doc('getMetrics', 'The series of a job, thinned without losing the extremes'),
        params: IdParams,
        querystring: MetricsQuery,
        response: { 200: MetricSeries, ...refusals }
      }
    },
    async (req) => {
      const { id } = await readRow(db, userOf(req).workspace_id, req.params.id)
      const { keys, max_points = 1_000, from_step = 0, to_step = null } = req.query
      const series = await readSeries(db, id, {
        keys: keys === undefined ? null : keys.split(',').map((key) => key.trim()),
        maxPoints: max_points,
        fromStep: from_step,
        toStep: to_step
      })
      return { series }
    }
  )

  app.get(
    '/api/training/:id/events',
    {
      config: user,
      schema: {
        ...doc('getEvents', "The job's events in order, as the live stream sends them"),
        params: IdParams,
        querystring: EventsQuery,
        response: { 200: EventPage, ...refusals }
      }
    },
    async (req) => {
      const { id } = await readRow(db, userOf(req).workspace_id, req.params.id)
      const { after = 0, limit = 1_000, cursor } = req.query
      return eventPage(await eventsAfter(db, id, numberOfCursor(cursor) ?? after, limit), limit)
    }
  )

  app.get(
    '/api/training/:id/logs',
    {
      config: user,
      schema: {
        ...doc('getLogs', "The trainer's output: lines after `after`, or the last lines before `before`"),
        params: IdParams,
        querystring: LogsQuery,
        response: { 200: LogPage, ...refusals }
      }
    },
    async (req) => {
      const { id } = await readRow(db, userOf(req).workspace_id, req.params.id)
      return readLogs(db, id, req.query)
    }
  )
}

/** The next cursor is also the `after` of the next page. */
export const eventPage = <T extends { seq: number }>(items: T[], limit: number) => ({
  items,
  next_cursor: items.length === limit ? String(items.at(-1)?.seq) : null
})
