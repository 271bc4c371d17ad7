import { WsTicket } from '@trainyard/contracts/auth'
import { Closed, ErrorBody } from '@trainyard/contracts/common'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import { insertTicket } from '../db/tickets.ts'
import type { Deps } from '../deps.ts'
import { securityEvent } from '../security-event.ts'
import { newSecret, sha256 } from '../tokens.ts'

/** What stands for a token where one cannot be sent: on a socket, and on the pages of the queue dashboard. */
export function ticketRoutes(app: App, { db, tokens, browser }: Deps) {
  app.post(
    '/api/auth/ws-ticket',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'wsTicket',
        tags: ['Accounts'],
        summary: 'A ticket that opens one socket within 30 s',
        security: [{ bearer: [] }],
        body: Type.Optional(Closed({})),
        response: { 201: WsTicket, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      const ticket = newSecret()
      const expiresAt = await insertTicket(db, sha256(ticket), userOf(req))
      reply.code(201).header('cache-control', 'no-store')
      return { ticket, expires_at: expiresAt.toISOString() }
    }
  )

  app.post(
    '/api/auth/board-session',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'boardSession',
        tags: ['Accounts'],
        summary: 'The cookie that opens /admin/queues for 15 minutes (administrators)',
        security: [{ bearer: [] }],
        body: Type.Optional(Closed({})),
        response: { 204: Type.Null(), '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      browser.checkOrigin(req)
      const user = userOf(req)
      const { token, expiresIn } = await tokens.board(user)
      browser.setBoardCookie(req, reply, token, expiresIn)
      securityEvent(req, 'board_opened', { user_id: user.sub, sid: user.sid })
      return reply.code(204).send(null)
    }
  )
}
