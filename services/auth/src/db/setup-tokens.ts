import type { Db } from '@trainyard/service-kit/postgres'
import { and, eq, gt, sql } from 'drizzle-orm'
import { setupTokens } from './schema.ts'

/** Stores the hash for 24 hours; the token before it is void. */
export async function storeSetupToken(db: Db, sha256: Buffer) {
  const expiresAt = sql`now() + interval '24 hours'`
  await db
    .insert(setupTokens)
    .values({ sha256, expiresAt })
    .onConflictDoUpdate({ target: setupTokens.onlyOne, set: { sha256, expiresAt } })
}

const valid = (sha256: Buffer) =>
  and(eq(setupTokens.sha256, sha256), gt(setupTokens.expiresAt, sql`clock_timestamp()`))

export async function setupTokenIsValid(db: Db, sha256: Buffer): Promise<boolean> {
  return (await db.select({ one: setupTokens.onlyOne }).from(setupTokens).where(valid(sha256))).length === 1
}

/** One row, so of two set-ups at once the second waits here and then finds it gone. */
export async function takeSetupToken(tx: Db, sha256: Buffer): Promise<boolean> {
  const taken = await tx.delete(setupTokens).where(valid(sha256)).returning({ one: setupTokens.onlyOne })
  return taken.length === 1
}
