import type { Logger } from '@trainyard/service-kit/log'
import type { Db } from '@trainyard/service-kit/postgres'
import { deleteEndedSessions } from './db/sessions.ts'
import { deleteOldThrottles } from './db/throttles.ts'
import { deleteOldTickets } from './db/tickets.ts'

/** Removes what can have no effect any more: ended sessions with their tokens, tickets, forgotten tries. */
export async function sweep(db: Db) {
  await deleteEndedSessions(db)
  await deleteOldTickets(db)
  await deleteOldThrottles(db)
}

/** Sweeps every `everyMs`; a failed sweep is logged, the next one does its work too. Gives the stop. */
export function keepSweeping(db: Db, log: Logger, everyMs = 600_000): () => void {
  const timer = setInterval(() => {
    sweep(db).catch((err: unknown) => log.warn({ err }, 'sweeping failed; it is tried again'))
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
