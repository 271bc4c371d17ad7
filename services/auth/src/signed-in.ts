import type { Session } from '@trainyard/contracts/auth'
import type { Db } from '@trainyard/service-kit/postgres'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { startSession } from './db/sessions.ts'
import type { Account } from './db/users.ts'
import type { Deps } from './deps.ts'
import { newSecret, sha256 } from './tokens.ts'

export type SignedIn = { account: Account; sid: string; expiresAt: Date; refreshToken: string }

/** Starts a session for an account whose password was just checked or set. Within a transaction. */
export async function signIn(tx: Db, account: Account): Promise<SignedIn> {
  const refreshToken = newSecret()
  const { id, expiresAt } = await startSession(tx, account.user.id, sha256(refreshToken))
  return { account, sid: id, expiresAt, refreshToken }
}

/** The refresh token goes into the cookie for our web client, into the body for everybody else. */
export async function sessionReply(
  { tokens, browser }: Pick<Deps, 'tokens' | 'browser'>,
  req: FastifyRequest,
  reply: FastifyReply,
  { account: { user, ver }, sid, expiresAt, refreshToken }: SignedIn
): Promise<Session> {
  const { token, expiresIn } = await tokens.access({ user, ver, sid, expiresAt })
  reply.header('cache-control', 'no-store')
  const session = { user, token, expires_in: expiresIn }
  if (!browser.isWeb(req)) return { ...session, refresh_token: refreshToken }
  browser.setRefreshCookie(req, reply, refreshToken, expiresAt)
  return session
}
