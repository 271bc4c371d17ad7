import { type AccessClaims, Revocations, SessionCheck } from '@trainyard/contracts/auth'
import type { InternalClient } from '@trainyard/service-kit/internal-client'
import type { Logger } from '@trainyard/service-kit/log'

export type RevocationList = {
  /** Of a token whose signature is right: whether its session or its version has ended since. Throws UNAVAILABLE when that cannot be known. */
  isRevoked: (claims: Pick<AccessClaims, 'sub' | 'sid' | 'ver'>) => Promise<boolean>
  /** Called after each poll that brought something new; gives the way to stop. */
  onRevoked: (callback: () => void) => () => void
  stop: () => void
}
type Options = { auth: InternalClient; log: Logger; everyMs?: number; staleMs?: number }

/** After a failure it is tried again this soon: at a start auth comes up beside the gateway. */
const RETRY_MS = 1_000

/**
 * Which tokens are void although they have not expired: asked of auth every 15 s, kept in memory. A list
 * older than 45 s may miss somebody, so then auth is asked about each token, and with auth away nobody is
 * let in on trust.
 */
export function createRevocations({
  auth,
  log,
  everyMs = 15_000,
  staleMs = 45_000
}: Options): RevocationList {
  let sessions: ReadonlySet<string> = new Set()
  let users: ReadonlyMap<string, number> = new Map()
  let polledAt = Number.NEGATIVE_INFINITY
  const createdAt = performance.now()
  let warned = false
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const callbacks = new Set<() => void>()

  const listed = ({ sub, sid, ver }: Pick<AccessClaims, 'sub' | 'sid' | 'ver'>) =>
    sessions.has(sid) || ver < (users.get(sub) ?? Number.NEGATIVE_INFINITY)

  /** No news as long as an older list is good enough, or none was to be had yet. */
  function failed(err: unknown) {
    const isLate = performance.now() - Math.max(polledAt, createdAt) > staleMs
    if (isLate && !warned)
      log.warn(
        { err },
        'the list of revocations cannot be fetched; auth is asked about each token until it can'
      )
    else log.debug({ err }, 'the list of revocations could not be fetched; it is tried again')
    warned ||= isLate
  }

  async function poll() {
    const startedAt = performance.now()
    let pauseMs = everyMs
    try {
      const list = await auth.call('GET', '/internal/revocations', { reply: Revocations })
      const isNew =
        list.sessions.some((id) => !sessions.has(id)) ||
        list.users.some(({ id, ver }) => users.get(id) !== ver)
      sessions = new Set(list.sessions)
      users = new Map(list.users.map(({ id, ver }) => [id, ver]))
      // As old as the question, not as the answer.
      polledAt = startedAt
      if (warned) log.info('the list of revocations is fetched again')
      warned = false
      if (isNew) for (const callback of callbacks) callback()
    } catch (err) {
      failed(err)
      pauseMs = Math.min(everyMs, RETRY_MS)
    }
    if (stopped) return
    timer = setTimeout(poll, pauseMs)
    timer.unref()
  }
  poll()

  return {
    isRevoked: async (claims) => {
      if (performance.now() - polledAt <= staleMs) return listed(claims)
      const { sub: user_id, sid, ver } = claims
      const body = { user_id, sid, ver }
      return !(await auth.call('POST', '/internal/sessions/check', { body, reply: SessionCheck })).active
    },
    onRevoked: (callback) => {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    }
  }
}
