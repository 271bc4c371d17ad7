import {
  CheckpointBody,
  Claim,
  ClaimBody,
  FinishBody,
  FinishReply,
  ReleaseBody,
  StatusUpdateBody,
  StatusUpdateReply,
  UrlsBody,
  UrlsReply
} from '@trainyard/contracts/internal'
import { hashToken } from '@trainyard/queue/leased-work'
import { bearer } from '@trainyard/service-kit/bearer'
import type { App } from '@trainyard/service-kit/server'
import { Type } from 'typebox'
import type { Attempt } from '../attempt.ts'
import { commitCheckpoint } from '../checkpoints.ts'
import { claimJob } from '../claim.ts'
import type { Deps } from '../deps.ts'
import { finishJob } from '../finish.ts'
import { releaseJob } from '../release.ts'
import { statusUpdate } from '../status-update.ts'
import { presignUrls } from '../urls.ts'

const PREFIX = '/api/training/internal'
const attempt = { callers: 'attempt' } as const

type Req = { headers: { authorization?: string | undefined }; body: { job_id: string; attempt: number } }
const heldBy = (req: Req): Attempt => ({
  jobId: req.body.job_id,
  attempt: req.body.attempt,
  tokenHash: hashToken(bearer(req))
})

/** What workers call. Every route but `claim` checks the attempt's token where it reads or writes the job's row. */
export function workerRoutes(app: App, deps: Deps) {
  app.post(
    `${PREFIX}/claim`,
    {
      config: { callers: 'worker' },
      schema: { operationId: 'claim', body: ClaimBody, response: { 200: Claim, 204: Type.Null() } }
    },
    async (req, reply) => {
      const claim = await claimJob(deps, req.body)
      return claim ?? reply.code(204).send(null)
    }
  )
  app.post(
    `${PREFIX}/status-update`,
    {
      config: attempt,
      schema: { operationId: 'statusUpdate', body: StatusUpdateBody, response: { 200: StatusUpdateReply } }
    },
    async (req) => statusUpdate(deps, heldBy(req), req.body)
  )
  app.post(
    `${PREFIX}/urls`,
    { config: attempt, schema: { operationId: 'urls', body: UrlsBody, response: { 200: UrlsReply } } },
    async (req) => presignUrls(deps, heldBy(req), req.body.want)
  )
  app.post(
    `${PREFIX}/checkpoints`,
    { config: attempt, schema: { operationId: 'commitCheckpoint', body: CheckpointBody } },
    async (req) => {
      await commitCheckpoint(deps, heldBy(req), req.body)
      return {}
    }
  )
  app.post(
    `${PREFIX}/finish`,
    { config: attempt, schema: { operationId: 'finish', body: FinishBody, response: { 200: FinishReply } } },
    async (req) => finishJob(deps, heldBy(req), req.body)
  )
  app.post(
    `${PREFIX}/release`,
    {
      config: attempt,
      schema: { operationId: 'release', body: ReleaseBody, response: { 200: FinishReply } }
    },
    async (req) => releaseJob(deps, heldBy(req))
  )
}
