import type { Db } from '@trainyard/service-kit/postgres'
import { eq, inArray, lt, sql } from 'drizzle-orm'
import { throttles } from './schema.ts'

/** The longest that anybody waits: growing delay, never a lock-out. */
const LONGEST_SECONDS = 900

/**
 * Counts one try against `key`, before its outcome is known, so that a hundred tries at once are a hundred.
 * The first `free` tries cost nothing; each further one doubles the wait for the next, from one second on.
 * An hour without a try forgets. A blocked key is not counted again.
 * @returns the tries within the window, or how long to wait in seconds
 */
export async function countTry(
  tx: Db,
  key: string,
  free: number
): Promise<{ tries: number } | { wait: number }> {
  const next = sql`case when ${throttles.updatedAt} < clock_timestamp() - interval '1 hour'
    then 1 else ${throttles.failures} + 1 end`
  const until = (tries: ReturnType<typeof sql>) => sql`clock_timestamp() + make_interval(secs => case
    when ${tries} < ${free}::integer then 0
    else least(power(2, least(${tries} - ${free}::integer, 20)), ${LONGEST_SECONDS}::integer) end)`
  const [counted] = await tx
    .insert(throttles)
    .values({ key, failures: 1, blockedUntil: until(sql`1`), updatedAt: sql`clock_timestamp()` })
    .onConflictDoUpdate({
      target: throttles.key,
      set: { failures: next, blockedUntil: until(next), updatedAt: sql`clock_timestamp()` },
      setWhere: sql`${throttles.blockedUntil} <= clock_timestamp()`
    })
    .returning({ tries: throttles.failures })
  if (counted) return counted
  const [blocked] = await tx
    .select({ wait: sql<number>`extract(epoch from ${throttles.blockedUntil} - clock_timestamp())::float8` })
    .from(throttles)
    .where(eq(throttles.key, key))
  return { wait: Math.max(1, Math.ceil(blocked?.wait ?? 1)) }
}

/** Takes back one counted try of each key: it was right. */
export const uncountTry = (tx: Db, key: string) =>
  tx
    .update(throttles)
    .set({ failures: sql`greatest(${throttles.failures} - 1, 0)`, blockedUntil: sql`clock_timestamp()` })
    .where(eq(throttles.key, key))

export const forgetTries = (tx: Db, keys: string[]) =>
  tx.delete(throttles).where(inArray(throttles.key, keys))

export const deleteOldThrottles = (db: Db) =>
  db.delete(throttles).where(lt(throttles.updatedAt, sql`now() - interval '2 hours'`))
