import { DatasetUrlReply, Hold } from '@trainyard/contracts/internal'
import type { InternalClient } from '@trainyard/service-kit/internal-client'

/** What this service asks of the dataset service. Every call throws the callee's code, or UNAVAILABLE. */
export type Datasets = {
  /** Keeps the dataset from being deleted while the job needs it. Repeating it is harmless. */
  hold: (datasetId: string, jobId: string, workspaceId: string) => Promise<Hold>
  release: (datasetId: string, jobId: string) => Promise<void>
  /** A presigned GET for a worker. */
  url: (datasetId: string) => Promise<string>
}

const holdPath = (datasetId: string, jobId: string) => `/internal/datasets/${datasetId}/holds/${jobId}`

/** Shorter than the turn at a hold (see `hold-turn.ts`), so that a turn never ends while its call is under way. */
export const HOLD_TIMEOUT_MS = 4_000

export const datasetsApi = (client: InternalClient): Datasets => ({
  hold: (datasetId, jobId, workspaceId) =>
    client.call('PUT', holdPath(datasetId, jobId), {
      body: { workspace_id: workspaceId },
      reply: Hold,
      timeoutMs: HOLD_TIMEOUT_MS
    }),
  release: async (datasetId, jobId) => {
    await client.call('DELETE', holdPath(datasetId, jobId), { timeoutMs: HOLD_TIMEOUT_MS })
  },
  url: async (datasetId) => {
    const { url } = await client.call('POST', `/internal/datasets/${datasetId}/url`, {
      body: {},
      reply: DatasetUrlReply
    })
    return url
  }
})
