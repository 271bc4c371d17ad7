import { Redis } from 'ioredis'
import type { Logger } from './log.ts'

export type RedisRole = 'request' | 'worker' | 'subscriber'

/**
 * `request`: a command fails within milliseconds while the server is away, so that no request hangs on it.
 * `worker`: waits for the server without end, as BullMQ's consumers need. `subscriber`: reconnects and
 * subscribes again.
 */
export function connectRedis(role: RedisRole, url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000) + Math.random() * 100,
    ...(role === 'request'
      ? { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 }
      : { maxRetriesPerRequest: null, enableReadyCheck: role === 'subscriber' })
  })
  let away = false
  redis.on('error', (err) => {
    // One line for an outage, not one for each of its hundred tries.
    if (!away) log.warn({ err, role }, 'redis is away')
    away = true
  })
  redis.on('ready', () => {
    if (away) log.info({ role }, 'redis is back')
    away = false
  })
  redis.connect().catch(() => log.debug({ role }, 'first connection failed; it is tried again'))
  return redis
}
