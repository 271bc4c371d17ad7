import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@trainyard/service-kit/log'
import pg from 'pg'

export type LeaderTask = {
  name: string
  /** Between two runs, ± 10 %. */
  everyMs: number
  run: () => Promise<unknown>
}

type Options = {
  url: string
  /** One leader for each name in a database. */
  name: string
  tasks: LeaderTask[]
  log: Logger
  /** How often the lock's connection is tried, and how often a follower asks for the lock. Default 2 s. */
  heartbeatMs?: number
}

/** The server ends the session, and with it the lock, of a leader that froze. Several heartbeats long. */
const IDLE_LIMIT = '15s'

/**
 * Runs tasks in one process of all that call this, by an advisory lock on a connection of its own. A leader that
 * dies, freezes or loses that connection is followed within about 20 s. Two leaders may overlap for a moment, so
 * every task must be made of compare-and-set statements.
 */
export function runAsLeader({ url, name, tasks, log, heartbeatMs = 2_000 }: Options) {
  const stopping = new AbortController()
  const done = lead()
  async function lead() {
    while (!stopping.signal.aborted) {
      try {
        await withLock({ url, name }, stopping.signal, heartbeatMs, (lost) =>
          Promise.all(tasks.map((task) => repeat(task, lost, log)))
        )
      } catch (err) {
        if (!stopping.signal.aborted) log.warn({ err, leader: name }, 'leadership was lost')
      }
      await pause(heartbeatMs, stopping.signal)
    }
  }
  return {
    stop: async () => {
      stopping.abort()
      await done
    }
  }
}

type Work = (lost: AbortSignal) => Promise<unknown>

async function withLock(
  { url, name }: { url: string; name: string },
  stop: AbortSignal,
  everyMs: number,
  work: Work
) {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true
  })
  const over = new AbortController()
  client.on('error', () => over.abort())
  client.on('end', () => over.abort())
  try {
    await client.connect()
    await client.query(`set idle_session_timeout = '${IDLE_LIMIT}'`)
    if (!(await lockOrWait(client, name, stop, everyMs))) return
    const signal = AbortSignal.any([over.signal, stop])
    await Promise.all([work(signal), beat(client, signal, over, everyMs)])
  } finally {
    over.abort()
    await client.end()
  }
}

async function lockOrWait(client: pg.Client, name: string, stop: AbortSignal, everyMs: number) {
  while (!stop.aborted) {
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
      [`leader ${name}`]
    )
    if (rows[0]?.got) return true
    await pause(everyMs, stop)
  }
  return false
}

async function beat(client: pg.Client, signal: AbortSignal, over: AbortController, everyMs: number) {
  try {
    while (!signal.aborted) {
      await client.query('select 1')
      await pause(everyMs, signal)
    }
  } finally {
    over.abort()
  }
}

async function repeat({ name, everyMs, run }: LeaderTask, lost: AbortSignal, log: Logger) {
  while (!lost.aborted) {
    try {
      await run()
    } catch (err) {
      log.warn({ err, task: name }, 'a task of the leader failed; it runs again')
    }
    await pause(everyMs * (0.9 + Math.random() * 0.2), lost)
  }
}

/** Ends early, without an error, when the signal comes. */
const pause = (ms: number, signal: AbortSignal) =>
  sleep(ms, undefined, { signal }).catch((err: unknown) => {
    if (!signal.aborted) throw err
  })
