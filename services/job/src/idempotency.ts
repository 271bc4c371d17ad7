import { createHash } from 'node:crypto'
import type { Job } from '@trainyard/contracts/training'
import { fail } from '@trainyard/service-kit/errors'
import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'

/** A create takes far less; one that died blocks its key no longer than this. */
const BUSY_SECONDS = 30
export const KEY_HOURS = 24

export type Ticket = { userId: string; key: string; jobId: string }
type Begun = { ticket: Ticket } | { replay: Job }

export function parseKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(header))
    throw fail('IDEMPOTENCY_KEY_INVALID')
  return header
}

/** Equal bodies have equal hashes whatever the order of their fields. */
export const requestHash = (body: unknown) => createHash('sha256').update(canonical(body)).digest('hex')

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
}

/**
 * Takes the key for this create, or gives the reply of the one that used it. 409 while that one is running, 422 when
 * its request was another. A key is free again after 24 hours, and at once when its create was refused.
 */
export async function beginOnce(db: Db, wish: Ticket & { hash: string }): Promise<Begun> {
  const { userId, key, jobId, hash } = wish
  const { rowCount } = await db.execute(sql`
    insert into job.idempotency_keys as k (user_id, key, request_hash, job_id, busy_until)
    values (${userId}, ${key}, ${hash}, ${jobId}, now() + make_interval(secs => ${BUSY_SECONDS}))
    on conflict (user_id, key) do update set request_hash = excluded.request_hash, job_id = excluded.job_id,
      busy_until = excluded.busy_until, reply = null, created_at = now()
    where k.created_at < now() - make_interval(hours => ${KEY_HOURS})
      or (k.reply is null and k.busy_until < now() and k.request_hash = excluded.request_hash)`)
  if (rowCount === 1) return { ticket: { userId, key, jobId } }
  const { rows } = await db.execute<{ request_hash: string; reply: Job | null }>(
    sql`select request_hash, reply from job.idempotency_keys where user_id = ${userId} and key = ${key}`
  )
  const [known] = rows
  if (known && known.request_hash !== hash) throw fail('IDEMPOTENCY_MISMATCH')
  if (!known?.reply) throw fail('IDEMPOTENCY_IN_FLIGHT', { retryAfter: 1 })
  return { replay: known.reply }
}

/** In the transaction that inserts the job. Refuses when the key was taken over, so that it never makes two jobs. */
export async function keepReply(db: Db, { userId, key, jobId }: Ticket, reply: Job) {
  const { rowCount } =
    await db.execute(sql`update job.idempotency_keys set reply = ${JSON.stringify(reply)}::jsonb
    where user_id = ${userId} and key = ${key} and job_id = ${jobId} and reply is null`)
  if (rowCount !== 1) throw fail('IDEMPOTENCY_IN_FLIGHT', { retryAfter: 1 })
}

/** The create was refused: the same key may carry the mended request. */
export async function freeKey(db: Db, { userId, key, jobId }: Ticket) {
  await db.execute(sql`delete from job.idempotency_keys
    where user_id = ${userId} and key = ${key} and job_id = ${jobId} and reply is null`)
}
