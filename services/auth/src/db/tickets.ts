import type { AccessClaims, RedeemedTicket } from '@trainyard/contracts/auth'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, eq, gt, lt, sql } from 'drizzle-orm'
import { wsTickets } from './schema.ts'
import { isActive } from './sessions.ts'

/** A ticket for one socket within 30 s, in the name of the access token that asks. */
export async function insertTicket(db: Db, sha256: Buffer, claims: AccessClaims): Promise<Date> {
  const { sub, sid, ver, role, workspace_id, exp } = claims
  const [made] = await db
    .insert(wsTickets)
    .values({
      sha256,
      sessionId: sid,
      userId: sub,
      ver,
      role,
      workspaceId: workspace_id,
      tokenExp: exp,
      expiresAt: sql`now() + interval '30 seconds'`
    })
    .returning({ expiresAt: wsTickets.expiresAt })
  if (!made) throw new Error('the new ticket was not returned')
  return made.expiresAt
}

/** Deleting is what makes it good for one use: of two that redeem at once, one finds it. */
export async function redeemTicket(tx: Db, sha256: Buffer): Promise<RedeemedTicket | undefined> {
  const [taken] = await tx
    .delete(wsTickets)
    .where(and(eq(wsTickets.sha256, sha256), gt(wsTickets.expiresAt, sql`now()`)))
    .returning()
  if (!taken) return undefined
  const { userId, sessionId, ver, role, workspaceId, tokenExp } = taken
  if (!(await isActive(tx, { sid: sessionId, user_id: userId, ver }))) return undefined
  return { user_id: userId, sid: sessionId, ver, role, workspace_id: workspaceId, exp: tokenExp }
}

export const deleteOldTickets = (db: Db) => db.delete(wsTickets).where(lt(wsTickets.expiresAt, sql`now()`))
