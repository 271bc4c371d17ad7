import {
  Claim,
  type ClaimBody,
  type FinishBody,
  FinishReply,
  StatusUpdateReply,
  UrlsReply,
  type WorkerEvent
} from '@trainyard/contracts/internal'
import { Type } from 'typebox'
import type { PlatformApi } from './platform-api.ts'
import type { Uploaded, Want } from './uploads.ts'

const BASE = '/api/training/internal'
/** Where a store gives no MD5, the service reads every artifact before it answers. */
const FINISH_LIMIT_MS = 600_000

/** The job service's internal routes, as one attempt uses them. */
export function jobApi(api: PlatformApi, workerToken: string) {
  return {
    claim: (body: ClaimBody) => api.post(`${BASE}/claim`, { token: workerToken, body, reply: Claim }),
    attempt: ({ job_id, attempt, attempt_token: token }: Claim) => {
      const post = <
        R extends typeof StatusUpdateReply | typeof UrlsReply | typeof FinishReply | typeof Anything
      >(
        route: string,
        body: object,
        reply: R,
        timeoutMs?: number
      ) => api.post(`${BASE}/${route}`, { token, body: { job_id, attempt, ...body }, reply, timeoutMs })
      return {
        statusUpdate: async (events: WorkerEvent[], timeoutMs: number) =>
          present(await post('status-update', { events }, StatusUpdateReply, timeoutMs)),
        urls: async (want: (Want | { kind: 'dataset' })[]) =>
          present(await post('urls', { want }, UrlsReply)),
        checkpoint: (step: number, uploaded: Uploaded) =>
          post('checkpoints', { step, ...uploaded }, Anything, FINISH_LIMIT_MS),
        finish: (body: Omit<FinishBody, 'job_id' | 'attempt'>) =>
          post('finish', body, FinishReply, FINISH_LIMIT_MS),
        release: () => post('release', {}, Anything)
      }
    }
  }
}
export type JobApi = ReturnType<typeof jobApi>
export type AttemptApi = ReturnType<JobApi['attempt']>

const Anything = Type.Unknown()

function present<T>(reply: T | null): T {
  if (reply === null) throw new Error('a reply without content where one was expected')
  return reply
}
