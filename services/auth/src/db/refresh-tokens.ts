import type { Db } from '@trainyard/service-kit/postgres'
import { eq, sql } from 'drizzle-orm'
import { refreshTokens, sessions } from './schema.ts'

export type Presented = {
  sessionId: string
  userId: string
  expiresAt: Date
  /** Neither revoked nor at its end. */
  live: boolean
  use: 'first' | 'grace' | 'reuse'
}

/**
 * Looks a refresh token up and locks it, so that two requests with one token come one after the other.
 * Within a transaction. The clock is the database's at this moment: `now()` would be the time at which the
 * transaction began, before it waited for the lock.
 */
export async function presentRefreshToken(tx: Db, sha256: Buffer): Promise<Presented | undefined> {
  const [row] = await tx
    .select({
      sessionId: sessions.id,
      userId: sessions.userId,
      expiresAt: sessions.expiresAt,
      live: sql<boolean>`${sessions.revokedAt} is null and ${sessions.expiresAt} > clock_timestamp()`,
      use: sql<Presented['use']>`case
        when ${refreshTokens.spentAt} is null then 'first'
        when ${refreshTokens.spentAt} > clock_timestamp() - interval '10 seconds' then 'grace'
        else 'reuse' end`
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.sha256, sha256))
    .for('update')
  return row
}

/** Within the transaction that holds the token's lock. */
export async function spendRefreshToken(tx: Db, sha256: Buffer, successor: Buffer, sessionId: string) {
  await tx
    .update(refreshTokens)
    .set({ spentAt: sql`clock_timestamp()` })
    .where(eq(refreshTokens.sha256, sha256))
  await tx.insert(refreshTokens).values({ sha256: successor, sessionId })
}
