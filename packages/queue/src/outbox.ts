import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'

/**
 * What has to be told to another system after a commit, written in the transaction that made it true. Its table
 * (see the package's README for the DDL) notifies the channel of `outboxChannel` on every insert.
 */
export type Outbox = {
  /** With its schema: `job.outbox`. */
  table: string
}

export type OutboxEntry = { id: number; payload: unknown; tries: number }

/** `job.outbox` → `job_outbox`. */
export const outboxChannel = ({ table }: Outbox) => table.replace('.', '_')

/** Give it the open transaction, so that the entries exist exactly if what they tell of does. */
export async function addToOutbox(db: Db, { table }: Outbox, topic: string, payloads: unknown[]) {
  if (payloads.length === 0) return
  await db.execute(sql`insert into ${sql.raw(table)} (topic, payload)
    select ${topic}, value from jsonb_array_elements(${JSON.stringify(payloads)}::jsonb)`)
}

type Take = { topic: string; limit: number; holdSeconds: number; maxHoldSeconds: number }

/**
 * Takes entries that are due. Nobody else gets them for `holdSeconds`, doubled with each try up to
 * `maxHoldSeconds`; when the taker dies or fails they come back by themselves. No transaction stays open
 * while they are delivered.
 */
export async function takeFromOutbox(db: Db, { table }: Outbox, take: Take): Promise<OutboxEntry[]> {
  const name = sql.raw(table)
  const { rows } = await db.execute<{ id: string; payload: unknown; tries: number }>(sql`
    update ${name} set tries = tries + 1,
      due_at = now() + make_interval(secs => least(${take.maxHoldSeconds}, ${take.holdSeconds} * 2 ^ least(tries, 20)))
    where id in (select id from ${name} where topic = ${take.topic} and due_at <= now()
      order by due_at, id limit ${take.limit} for update skip locked)
    returning id, payload, tries`)
  return rows
    .map(({ id, payload, tries }) => ({ id: Number(id), payload, tries }))
    .sort((a, b) => a.id - b.id)
}

/** Delivered: never taken again. */
export async function markSent(db: Db, { table }: Outbox, ids: number[]) {
  if (ids.length === 0) return
  await db.execute(sql`delete from ${sql.raw(table)} where id = any(${sql.param(ids)}::bigint[])`)
}

/** Everything of a topic is due now: what it waited for is back. */
export async function makeDue(db: Db, { table }: Outbox, topic: string) {
  await db.execute(sql`update ${sql.raw(table)} set due_at = now(), tries = 0 where topic = ${topic}`)
}
