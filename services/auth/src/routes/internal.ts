import {
  RedeemedTicket,
  RedeemTicketBody,
  Revocations,
  SessionCheck,
  SessionCheckBody
} from '@trainyard/contracts/auth'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { isActive, recentlyRevoked } from '../db/sessions.ts'
import { redeemTicket } from '../db/tickets.ts'
import { recentlyVoided } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { sha256 } from '../tokens.ts'

const config = { callers: ['gateway' as const] }

/** What the gateways ask. */
export function internalRoutes(app: App, { db }: Pick<Deps, 'db'>) {
  app.get(
    '/internal/revocations',
    { config, schema: { operationId: 'revocations', response: { 200: Revocations } } },
    async () => {
      const [ended, voided] = await Promise.all([recentlyRevoked(db), recentlyVoided(db)])
      return { sessions: ended.map(({ id }) => id), users: voided }
    }
  )

  app.post(
    '/internal/sessions/check',
    {
      config,
      schema: { operationId: 'checkSession', body: SessionCheckBody, response: { 200: SessionCheck } }
    },
    async (req) => ({ active: await isActive(db, req.body) })
  )

  app.post(
    '/internal/ws-tickets/redeem',
    {
      config,
      schema: { operationId: 'redeemTicket', body: RedeemTicketBody, response: { 200: RedeemedTicket } }
    },
    async (req) => {
      const redeemed = await inTransaction(db, (tx) => redeemTicket(tx, sha256(req.body.ticket)))
      if (!redeemed) throw fail('UNAUTHENTICATED', { message: 'The ticket was used or has expired.' })
      return redeemed
    }
  )
}
