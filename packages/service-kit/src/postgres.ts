import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import type { Logger } from './log.ts'

/** The pool, or an open transaction: what every query function takes first. */
export type Db = Pick<NodePgDatabase, 'select' | 'insert' | 'update' | 'delete' | 'execute'>
export type Database = NodePgDatabase

type PoolOptions = { max?: number; log: Logger; statementTimeoutMs?: number }

/** A pool in which nothing waits for ever: for a connection 5 s, a statement 10 s, an idle transaction 15 s. */
export function createPool(
  url: string,
  { max = 10, log, statementTimeoutMs = 10_000 }: PoolOptions
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true
  })
  // Without a listener the error of a connection ends the process: one for those that are idle, one for those that a
  // transaction holds between two statements (its next statement fails, and that is what the caller sees).
  pool.on('error', (err) => log.warn({ err }, 'an idle postgres connection was lost'))
  pool.on('connect', (client) => {
    client.on('error', (err) => log.debug({ err }, 'a postgres connection was lost'))
  })
  return pool
}

export const database = (pool: pg.Pool): Database => drizzle(pool)

export const inTransaction = <T>(db: Database, work: (tx: Db) => Promise<T>): Promise<T> =>
  db.transaction((tx) => work(tx))

/** The driver's error: drizzle wraps it as the cause of its own. Undefined for one that the server did not send. */
export function pgError(err: unknown): pg.DatabaseError | undefined {
  for (let e = err; e instanceof Error; e = e.cause) {
    if (e instanceof pg.DatabaseError) return e
  }
  return undefined
}

/** Whether Postgres could not read a value as what it was cast to (class 22 of its error codes). */
export const isDataException = (err: unknown) => pgError(err)?.code?.startsWith('22') === true

export function isUniqueViolation(err: unknown, constraint?: string) {
  const found = pgError(err)
  return found?.code === '23505' && (constraint === undefined || found.constraint === constraint)
}
