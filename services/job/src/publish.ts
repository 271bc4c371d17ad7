import { type JobUpdate, jobChannel, workspaceChannel } from '@trainyard/contracts/live'
import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'

/**
 * Tells the gateways what was committed. Never waited for and never an error of the caller: who misses a message
 * sees the hole in `seq`, or the newer `last_seq`, and reads the rows.
 */
export type Publish = (workspaceId: string, updates: JobUpdate[]) => void

export function createPublisher(redis: Redis, log: Logger): Publish {
  return (workspaceId, updates) => {
    if (updates.length === 0 || redis.status !== 'ready') return
    const pipeline = redis.pipeline()
    for (const update of updates) {
      const text = JSON.stringify(update)
      pipeline.publish(jobChannel(update.job_id), text)
      if (update.event === 'state' || update.event === 'progress')
        pipeline.publish(workspaceChannel(workspaceId), text)
    }
    pipeline.exec().catch((err: unknown) => log.debug({ err }, 'events were not published'))
  }
}
