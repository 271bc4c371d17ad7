import {
  HoldsCheckBody,
  HoldsCheckReply,
  LastSeqsBody,
  LastSeqsReply,
  LiveEventsBody,
  LiveSnapshotBody
} from '@trainyard/contracts/internal'
import { EventPage } from '@trainyard/contracts/live'
import { Job, TERMINAL } from '@trainyard/contracts/training'
import type { App } from '@trainyard/service-kit/server'
import { inArray, sql } from 'drizzle-orm'
import { jobs } from '../db/schema.ts'
import type { Deps } from '../deps.ts'
import { eventsAfter } from '../events.ts'
import { readJob, readRow } from '../job-view.ts'
import { eventPage } from './history.ts'

const PREFIX = '/api/training/internal'
const gateway = { callers: ['gateway' as const] }

/** What the other services ask. */
export function serviceRoutes(app: App, { db }: Deps) {
  app.post(
    `${PREFIX}/holds-check`,
    {
      config: { callers: ['dataset'] },
      schema: { operationId: 'holdsCheck', body: HoldsCheckBody, response: { 200: HoldsCheckReply } }
    },
    async (req) => {
      const { rows } = await db.execute<{ id: string }>(sql`select id from job.jobs
        where id = any(${sql.param(req.body.job_ids)}::uuid[]) and state <> all(${sql.param([...TERMINAL])})`)
      return { needed: rows.map(({ id }) => id) }
    }
  )
  app.post(
    `${PREFIX}/last-seqs`,
    {
      config: gateway,
      schema: { operationId: 'lastSeqs', body: LastSeqsBody, response: { 200: LastSeqsReply } }
    },
    async (req) => {
      const ids = req.body.job_ids
      const rows =
        ids.length === 0
          ? []
          : await db.select({ id: jobs.id, lastSeq: jobs.lastSeq }).from(jobs).where(inArray(jobs.id, ids))
      return { last_seqs: Object.fromEntries(rows.map(({ id, lastSeq }) => [id, lastSeq])) }
    }
  )
  app.post(
    `${PREFIX}/live-snapshot`,
    {
      config: gateway,
      schema: { operationId: 'liveSnapshot', body: LiveSnapshotBody, response: { 200: Job } }
    },
    async (req) => readJob(db, req.body.workspace_id, req.body.job_id)
  )
  app.post(
    `${PREFIX}/live-events`,
    {
      config: gateway,
      schema: { operationId: 'liveEvents', body: LiveEventsBody, response: { 200: EventPage } }
    },
    async (req) => {
      const { job_id, workspace_id, after, limit } = req.body
      const { id } = await readRow(db, workspace_id, job_id)
      return eventPage(await eventsAfter(db, id, after, limit), limit)
    }
  )
}
