import { UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'

export type Message<Payload> = {
  id: string
  payload: Payload
  /** Shown on the dashboard. It may wait while Redis is away: do not await it on a path that must move. */
  progress: (data: Record<string, string | number | boolean | null>) => Promise<void>
  /** Aborted when BullMQ gives up this message, and at a forced close. */
  signal: AbortSignal | undefined
}

/** The message is kept (its lock renewed) until the promise settles. A rejection is final: there are no retries. */
export type Handle<Payload> = (message: Message<Payload>) => Promise<void>

export type Consumer = {
  /** Takes no further message; those in hand go on. */
  stopFetching: () => Promise<void>
  /** Waits for the messages in hand; `force` does not, and their locks run out. */
  close: (force?: boolean) => Promise<void>
  /** BullMQ's own object, for its events. */
  worker: Worker
}

/**
 * A message whose consumer died comes back after about 30 s, as often as that happens: how often work may fail
 * is decided by the row in Postgres, never by the queue.
 */
const NEVER_GIVE_UP = 1_000_000
const KEPT = { count: 1_000 }

type Options<Payload> = {
  redis: Redis
  name: string
  parse: (data: unknown) => Payload
  handle: Handle<Payload>
  concurrency?: number
  onError: (err: Error) => void
}

export function startConsumer<Payload>({
  redis,
  name,
  parse,
  handle,
  concurrency,
  onError
}: Options<Payload>) {
  const worker = new Worker(
    name,
    async (job, _token, signal) => {
      const id = job.id ?? ''
      const payload = parsed(parse, job.data, id)
      await handle({ id, payload, progress: (data) => job.updateProgress(data), signal })
    },
    {
      connection: redis,
      concurrency: concurrency ?? 1,
      maxStalledCount: NEVER_GIVE_UP,
      removeOnComplete: KEPT,
      removeOnFail: KEPT
    }
  )
  worker.on('error', onError)
  const consumer: Consumer = {
    stopFetching: () => worker.pause(true),
    close: (force = false) => worker.close(force),
    worker
  }
  return consumer
}

/** Messages outlive deploys, so they are parsed again; one that does not parse will not parse later either. */
function parsed<Payload>(parse: (data: unknown) => Payload, data: unknown, id: string): Payload {
  try {
    return parse(data)
  } catch (err) {
    throw new UnrecoverableError(`message ${id}: ${err instanceof Error ? err.message : 'does not parse'}`)
  }
}
