import { newId } from '@trainyard/service-kit/ids'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, desc, eq, gt, inArray, isNull, lt, ne, sql } from 'drizzle-orm'
import { type RevokedFor, refreshTokens, sessions, users } from './schema.ts'

/** Live sessions of one user; starting one more ends the oldest. */
const MOST_SESSIONS = 100

/** A session and its first refresh token. It ends 7 days from now, used or not. Within a transaction. */
export async function startSession(tx: Db, userId: string, refreshSha256: Buffer) {
  const id = newId()
  const [made] = await tx
    .insert(sessions)
    .values({ id, userId, expiresAt: sql`now() + interval '7 days'` })
    .returning({ expiresAt: sessions.expiresAt })
  if (!made) throw new Error('the new session was not returned')
  await tx.insert(refreshTokens).values({ sha256: refreshSha256, sessionId: id })
  const surplus = tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt)))
    .orderBy(desc(sessions.id))
    .offset(MOST_SESSIONS)
  await tx.update(sessions).set(revoked('too_many')).where(inArray(sessions.id, surplus))
  return { id, expiresAt: made.expiresAt }
}

const revoked = (reason: RevokedFor) => ({ revokedAt: sql`now()`, revokedFor: reason })

/** Gives the sessions that this call ended; one that had ended before is none. */
export function endSession(db: Db, id: string, reason: RevokedFor) {
  return db
    .update(sessions)
    .set(revoked(reason))
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id })
}

export function endOtherSessions(db: Db, userId: string, keep: string, reason: RevokedFor) {
  return db
    .update(sessions)
    .set(revoked(reason))
    .where(and(eq(sessions.userId, userId), ne(sessions.id, keep), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id })
}

/** Whether a token with these claims still counts: its session lives, and its version is the user's. */
export async function isActive(db: Db, { sid, user_id, ver }: { sid: string; user_id: string; ver: number }) {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, sid),
        eq(users.id, user_id),
        eq(users.ver, ver),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`now()`)
      )
    )
  return rows.length === 1
}

/** Ended in the last 20 minutes, longer than any access token lives. */
export const recentlyRevoked = (db: Db) =>
  db
    .select({ id: sessions.id })
    .from(sessions)
    .where(gt(sessions.revokedAt, sql`now() - interval '20 minutes'`))

/** Nobody can use what is older than an hour past its end; its refresh tokens go with it. */
export const deleteEndedSessions = (db: Db) =>
  db.delete(sessions).where(lt(sessions.expiresAt, sql`now() - interval '1 hour'`))
