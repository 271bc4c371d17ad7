const AWAY = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|08...|57P0[1-3]|53300|25006)$/
const AWAY_MESSAGES = /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout)/

/** The database cannot be reached, is stopping or starting, or has no connection left: try again, it is not the query. */
export function isDatabaseAway(err: unknown) {
  for (let e = err; e instanceof Error; e = e.cause) {
    if ('code' in e && typeof e.code === 'string' && AWAY.test(e.code)) return true
    if (AWAY_MESSAGES.test(e.message)) return true
  }
  return false
}
