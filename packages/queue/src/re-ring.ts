import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import type { LeasedWork } from './leased-work.ts'
import type { BellState } from './producer.ts'

export type QueuedRow = { id: string; gen: number; queue: string | null }

export type Bells = {
  ring: (rows: QueuedRow[]) => Promise<void>
  stateOf: (row: QueuedRow) => Promise<BellState>
}

type Options = {
  /** Rows rung within the last so many seconds are left alone. 0 rings all: Redis has forgotten. */
  afterSeconds: number
  /** Oldest first; default and at most 1,000. */
  limit?: number
  /** Column that names the row's queue, where the table has several. */
  queueColumn?: string
}

/** Looked up at once; more would only wait in the connection. */
const AT_ONCE = 50

/**
 * Rings again for queued rows that nobody came for. Harmless while the message waits. A message that was taken
 * or finished without its row being claimed (bells are interchangeable, so another row was) would swallow a
 * ring of the same id: then `gen` rises first. Gives how many rows were rung.
 */
export async function reRing(db: Db, { table, key }: LeasedWork, bells: Bells, options: Options) {
  const { afterSeconds, limit = 1_000, queueColumn } = options
  const { rows } = await db.execute<QueuedRow>(sql`
    select ${sql.raw(key)} as id, gen, ${queueColumn ? sql.raw(queueColumn) : sql`null`} as queue
    from ${sql.raw(table)}
    where state = 'queued' and rung_at <= clock_timestamp() - make_interval(secs => ${afterSeconds})
    order by queued_at, ${sql.raw(key)} limit ${Math.min(limit, 1_000)}`)
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    const some = rows.slice(i, i + AT_ONCE)
    const states = await Promise.all(some.map((row) => bells.stateOf(row)))
    const spent = some.filter((_, at) => states[at] === 'spent')
    const raised = await Promise.all(spent.map((row) => raiseGen(db, { table, key }, row)))
    const ready = some
      .filter((_, at) => states[at] !== 'spent')
      .concat(raised.filter((row) => row !== undefined))
    await bells.ring(ready)
    const ids = ready.map((row) => row.id)
    await db.execute(sql`update ${sql.raw(table)} set rung_at = now()
      where ${sql.raw(key)} = any(${sql.param(ids)}::uuid[]) and state = 'queued'`)
  }
  return rows.length
}

async function raiseGen(db: Db, { table, key }: LeasedWork, row: QueuedRow): Promise<QueuedRow | undefined> {
  const { rows } = await db.execute<{ gen: number }>(sql`update ${sql.raw(table)} set gen = gen + 1
    where ${sql.raw(key)} = ${row.id} and state = 'queued' and gen = ${row.gen} returning gen`)
  return rows[0] && { ...row, gen: rows[0].gen }
}
