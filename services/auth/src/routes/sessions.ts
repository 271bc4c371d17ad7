import { RefreshBody, Session } from '@trainyard/contracts/auth'
import { Closed, ErrorBody } from '@trainyard/contracts/common'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import { clientNetwork } from '../client-network.ts'
import { presentRefreshToken, spendRefreshToken } from '../db/refresh-tokens.ts'
import { endSession } from '../db/sessions.ts'
import { accountById } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { securityEvent } from '../security-event.ts'
import { type SignedIn, sessionReply } from '../signed-in.ts'
import { sha256, successorOf } from '../tokens.ts'

/** Refresh and sign out. */
export function sessionRoutes(app: App, deps: Deps) {
  const { db, throttle, browser } = deps

  app.post(
    '/api/auth/refresh',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'refresh',
        tags: ['Accounts'],
        summary: 'Trade the refresh token, in the body or the cookie, for a new pair',
        body: Type.Optional(RefreshBody),
        response: { 200: Session, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      // The cookie counts for our own pages alone; a token in the body is proof enough by itself.
      const web = browser.isWeb(req)
      const presented = req.body?.refresh_token ?? (web ? browser.refreshCookie(req) : undefined)
      if (!presented) throw fail('REFRESH_INVALID')
      const outcome = await refresh(deps, presented)
      if ('signedIn' in outcome) return sessionReply(deps, req, reply, outcome.signedIn)
      securityEvent(req, outcome.reused ? 'refresh_reuse' : 'refresh_refused', outcome.session)
      if (web) browser.clearRefreshCookie(req, reply)
      await throttle.wrongSecret(clientNetwork(req))
      throw fail('REFRESH_INVALID')
    }
  )

  app.post(
    '/api/auth/logout',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'logout',
        tags: ['Accounts'],
        summary: 'End this session; its tokens stop working within a minute',
        security: [{ bearer: [] }],
        body: Type.Optional(Closed({})),
        response: { 204: Type.Null(), '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      const { sub, sid } = userOf(req)
      const web = browser.isWeb(req)
      await endSession(db, sid, 'logout')
      securityEvent(req, 'logout', { user_id: sub, sid })
      if (web) browser.clearRefreshCookie(req, reply)
      return reply.code(204).send(null)
    }
  )
}

type Outcome = { signedIn: SignedIn } | { reused: boolean; session?: { user_id: string; sid: string } }

/**
 * Each refresh token is good once. Presented again within 10 s (a second tab, a lost reply) it gives the same
 * successor; presented later it was copied, and the session with all its tokens ends (RFC 9700 §4.14.2).
 * The refusal is a result, not an exception, since an exception would roll the end of the session back.
 */
function refresh({ db, refreshKey }: Deps, presented: string): Promise<Outcome> {
  const hash = sha256(presented)
  return inTransaction(db, async (tx) => {
    const found = await presentRefreshToken(tx, hash)
    if (!found) return { reused: false }
    const { sessionId, userId, live, use, expiresAt } = found
    const session = { user_id: userId, sid: sessionId }
    if (!live) return { reused: false, session }
    if (use === 'reuse') {
      await endSession(tx, sessionId, 'reuse')
      return { reused: true, session }
    }
    const account = await accountById(tx, userId)
    if (!account) return { reused: false, session }
    const refreshToken = successorOf(refreshKey, presented)
    if (use === 'first') await spendRefreshToken(tx, hash, sha256(refreshToken), sessionId)
    return { signedIn: { account, sid: sessionId, expiresAt, refreshToken } }
  })
}
