import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'

/**
 * Calls `onReady` whenever the connection is ready: `forgot` is true when the server is another one than before
 * (its `run_id` changed: restarted, replaced, failed over), also the first time, when nothing is known of it.
 */
export function watchRunId(redis: Redis, onReady: (forgot: boolean) => Promise<unknown>, log: Logger) {
  let known: string | undefined
  const look = async () => {
    const runId = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1]
    const forgot = runId === undefined || runId !== known
    await onReady(forgot)
    // Kept only now: if ringing again failed, the next time must try it too.
    known = runId
  }
  const onEvent = () => {
    look().catch((err: unknown) => log.warn({ err }, 'ringing again after a connection failed'))
  }
  redis.on('ready', onEvent)
  if (redis.status === 'ready') onEvent()
  return { stop: () => redis.off('ready', onEvent) }
}
