import { LastSeqsReply, type LiveEventsBody, type LiveSnapshotBody } from '@trainyard/contracts/internal'
import { EventPage } from '@trainyard/contracts/live'
import { Job } from '@trainyard/contracts/training'
import type { InternalClient } from '@trainyard/service-kit/internal-client'
import type { JobApi } from './deps.ts'

const prefix = '/api/training/internal'
/** What one `last-seqs` call may ask for. */
const MAX_IDS = 5_000

/** The job service's internal routes: one path for sockets that came with a token and for those with a ticket. */
export function internalJobApi(client: InternalClient): JobApi {
  return {
    snapshot: (job_id, { workspace_id }) => {
      const body: LiveSnapshotBody = { job_id, workspace_id }
      return client.call('POST', `${prefix}/live-snapshot`, { body, reply: Job })
    },
    events: async (job_id, after, limit, { workspace_id }) => {
      const body: LiveEventsBody = { job_id, workspace_id, after, limit }
      return (await client.call('POST', `${prefix}/live-events`, { body, reply: EventPage })).items
    },
    lastSeqs: async (jobIds) => {
      const found: Record<string, number> = {}
      for (let at = 0; at < jobIds.length; at += MAX_IDS) {
        const body = { job_ids: jobIds.slice(at, at + MAX_IDS) }
        const reply = await client.call('POST', `${prefix}/last-seqs`, { body, reply: LastSeqsReply })
        Object.assign(found, reply.last_seqs)
      }
      return found
    }
  }
}
