import { createHash, createHmac } from 'node:crypto'
import type { Db } from '@trainyard/service-kit/postgres'
import { type SQL, sql } from 'drizzle-orm'

/**
 * A table whose rows are done by workers under a lease. Beside its own columns it has these:
 * `state text` (`queued`, `running`, …), `attempt integer`, `gen integer`, `queued_at` and `rung_at timestamptz`,
 * `lease_until timestamptz`, `claim_id uuid`, `worker_id text`, `token_hash text`.
 * `attempt` is the fencing token: every write of a worker carries it, and one with an old number is refused.
 */
export type LeasedWork = {
  /** With its schema, as it stands in SQL: `job.jobs`. */
  table: string
  /** The primary key's column. */
  key: string
}

const name = (text: string) => sql.raw(text)

/** The database's clock at this statement: in a transaction that waited for a lock `now()` would lie in the past. */
export const leaseEnd = (seconds: number) => sql`clock_timestamp() + make_interval(secs => ${seconds})`

/**
 * Picks the row a claim gets: queued, eligible, first in order, not being taken by another claim at this moment.
 * The row is called `q` in `eligible`, `order` and `join`.
 */
export const nextEligible = (
  { table, key }: LeasedWork,
  { eligible, order, join = sql`` }: { eligible: SQL; order: SQL; join?: SQL }
) => sql`select q.${name(key)} as key from ${name(table)} q ${join}
  where q.state = 'queued' and ${eligible} order by ${order} limit 1 for update of q skip locked`

export type Claimant = { claimId: string; workerId: string; tokenHash: string; leaseSeconds: number }

/** What a claim sets. */
export const claimedColumns = ({ claimId, workerId, tokenHash, leaseSeconds }: Claimant) =>
  sql`state = 'running', attempt = attempt + 1, claim_id = ${claimId}, worker_id = ${workerId},
    token_hash = ${tokenHash}, lease_until = ${leaseEnd(leaseSeconds)}`

/**
 * What going back into the queue sets. `gen` rises so that the new bell has an id of its own: the queue would
 * ignore one that it remembers as finished. `rung_at` is now because the outbox rings at once.
 */
export const requeuedColumns = sql`state = 'queued', gen = gen + 1, queued_at = now(), rung_at = now(),
  lease_until = null, claim_id = null, worker_id = null, token_hash = null`

/** The row is held by this very attempt. */
export const heldBy = ({ attempt, tokenHash }: { attempt: number; tokenHash: string }) =>
  sql`attempt = ${attempt} and token_hash = ${tokenHash}`

/** Extends the lease of a running row, also one that ran out but was not taken. False: the attempt is not current. */
export async function renewLease(
  db: Db,
  { table, key }: LeasedWork,
  held: { id: string; attempt: number; tokenHash: string; leaseSeconds: number }
): Promise<boolean> {
  const { rowCount } =
    await db.execute(sql`update ${name(table)} set lease_until = ${leaseEnd(held.leaseSeconds)}
    where ${name(key)} = ${held.id} and state = 'running' and ${heldBy(held)}`)
  return rowCount === 1
}

/** Rows whose worker has not been heard of for a lease, longest first. */
export async function expiredLeases(
  db: Db,
  { table, key }: LeasedWork,
  { limit = 100, states = ['running'] }: { limit?: number; states?: string[] } = {}
) {
  const { rows } = await db.execute<{ id: string; attempt: number; state: string }>(sql`
    select ${name(key)} as id, attempt, state from ${name(table)}
    where state = any(${sql.param(states)}) and lease_until < clock_timestamp() order by lease_until limit ${limit}`)
  return rows
}

/**
 * The token of an attempt: 256 bits that only the service can make, the same for the same claim, so that a claim
 * whose reply was lost can be repeated. Only its hash is stored.
 */
export function attemptToken(secret: Uint8Array, claimId: string) {
  const token = createHmac('sha256', secret).update(`attempt ${claimId}`).digest('base64url')
  return { token, hash: hashToken(token) }
}

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex')
