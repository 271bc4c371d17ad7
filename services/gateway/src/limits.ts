import { fail } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import { networkOf } from '@trainyard/service-kit/network'
import type { App } from '@trainyard/service-kit/server'
import type { Redis } from 'ioredis'

type Limit = { name: string; requests: number; seconds: number }
export type Limits = { api: Limit; accounts: Limit }

/** Far above what a busy page does, far below what hurts. Guessing passwords is slowed by auth itself. */
export const LIMITS_PER_ADDRESS: Limits = {
  api: { name: 'api', requests: 3_000, seconds: 10 },
  accounts: { name: 'accounts', requests: 300, seconds: 10 }
}
type Options = { redis: Redis; limits?: Limits; limitSkipped: () => void; log: Logger }

/**
 * Requests per address (IPv6: per /64) and window, counted in Redis so that gateways count together. With
 * Redis away nothing is limited and a metric says so: these limits protect comfort, not accounts.
 */
export function rateLimits(app: App, { redis, limits = LIMITS_PER_ADDRESS, limitSkipped, log }: Options) {
  app.addHook('onRequest', async (req) => {
    const path = req.url
    if (!path.startsWith('/api/') && !path.startsWith('/ws')) return
    const { name, requests, seconds } = path.startsWith('/api/auth/') ? limits.accounts : limits.api
    const wait = await count(`rl:${name}:${networkOf(req.ip)}`, seconds).catch((err: unknown) => {
      limitSkipped()
      log.debug({ err }, 'a rate limit was skipped')
      return { used: 0, waitMs: 0 }
    })
    if (wait.used > requests) throw fail('TOO_MANY_REQUESTS', { retryAfter: wait.waitMs / 1_000 })
  })

  /** One round trip: starts the window if there is none, counts, asks when it ends. */
  async function count(key: string, seconds: number) {
    const replies = await redis.pipeline().set(key, 0, 'EX', seconds, 'NX').incr(key).pttl(key).exec()
    const [, used, waitMs] = (replies ?? []).map(([err, value]) => {
      if (err) throw err
      return Number(value)
    })
    return { used: used ?? 0, waitMs: Math.max(1_000, waitMs ?? 0) }
  }
}
