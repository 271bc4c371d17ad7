import { DatasetStatus } from '@trainyard/contracts/dataset'
import {
  ProfileClaim,
  ProfileClaimBody,
  ProfileFinishBody,
  ProfileStatusBody,
  ProfileStatusReply
} from '@trainyard/contracts/internal'
import { hashToken } from '@trainyard/queue/leased-work'
import { bearer } from '@trainyard/service-kit/bearer'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { Type } from 'typebox'
import type { Deps } from '../deps.ts'
import { claimProfile, finishProfile, renewProfile } from '../profile-runs.ts'

const FinishReply = Type.Object({ status: DatasetStatus })

/** What workers ask: which file to profile, more time, and here is the profile. */
export function profileRoutes(app: App, deps: Deps) {
  app.post(
    '/api/datasets/internal/claim',
    {
      config: { callers: 'worker' },
      schema: {
        operationId: 'claimProfile',
        body: ProfileClaimBody,
        response: { 200: ProfileClaim, 204: Type.Null() }
      }
    },
    async (req, reply) => {
      const claim = await claimProfile(deps, req.body)
      if (!claim) return reply.code(204).send(null)
      return claim
    }
  )

  app.post(
    '/api/datasets/internal/status-update',
    {
      config: { callers: 'attempt' },
      schema: {
        operationId: 'renewProfile',
        body: ProfileStatusBody,
        response: { 200: ProfileStatusReply }
      }
    },
    async (req) => {
      const { dataset_id, attempt } = req.body
      return renewProfile(deps, { id: dataset_id, attempt, tokenHash: hashToken(bearer(req)) })
    }
  )

  app.post(
    '/api/datasets/internal/finish',
    {
      config: { callers: 'attempt' },
      schema: { operationId: 'finishProfile', body: ProfileFinishBody, response: { 200: FinishReply } }
    },
    async (req) => {
      const { dataset_id, attempt, ...result } = req.body
      const status = await finishProfile(
        deps,
        { id: dataset_id, attempt, tokenHash: hashToken(bearer(req)) },
        result
      )
      if (!status) throw fail('ATTEMPT_SUPERSEDED')
      return { status }
    }
  )
}
