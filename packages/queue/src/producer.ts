import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'

/** `none`: Redis holds no message of this id. `waiting`: a consumer will hear it. `spent`: taken or finished. */
export type BellState = 'none' | 'waiting' | 'spent'

export type Producer<Payload> = {
  /** Adds a message for each payload whose id is not held yet. Rejects at once while Redis is away. */
  ring: (payloads: Payload[]) => Promise<void>
  /** Rejects at once while Redis is away. */
  stateOf: (payload: Payload) => Promise<BellState>
  /** Leaves the connection open: who opened it closes it. */
  close: () => Promise<void>
}

/** Finished messages are kept so that a dashboard shows what happened lately. */
const KEPT = { count: 1_000 }

type Options<Payload> = {
  redis: Redis
  name: string
  parse: (data: unknown) => Payload
  id: (payload: Payload) => string
}

export function createProducer<Payload>({ redis, name, parse, id }: Options<Payload>): Producer<Payload> {
  let made: Promise<Queue> | undefined
  // BullMQ's first handshake fails for good when the server is away, so it is made only on a ready connection
  // and made again after a failure.
  const queue = () => {
    if (redis.status !== 'ready') throw new Error(`queue ${name}: redis is away (${redis.status})`)
    made ??= open(name, redis).catch((err) => {
      made = undefined
      throw err
    })
    return made
  }
  return {
    ring: async (payloads) => {
      const messages = payloads.map((payload) => {
        const data = parse(payload)
        return { name, data, opts: { jobId: id(data) } }
      })
      const [only] = messages
      if (only && messages.length === 1) await (await queue()).add(only.name, only.data, only.opts)
      else if (only) await (await queue()).addBulk(messages)
    },
    stateOf: async (payload) => {
      const state = await (await queue()).getJobState(id(parse(payload)))
      if (state === 'unknown') return 'none'
      return state === 'active' || state === 'completed' || state === 'failed' ? 'spent' : 'waiting'
    },
    close: async () => {
      await (await made?.catch(() => undefined))?.close()
    }
  }
}

async function open(name: string, redis: Redis) {
  const queue = new Queue(name, {
    connection: redis,
    skipWaitingForReady: true,
    defaultJobOptions: { attempts: 1, removeOnComplete: KEPT, removeOnFail: KEPT }
  })
  // Its errors are the connection's, which has a listener of its own; without one here they would be thrown.
  queue.on('error', () => undefined)
  await queue.waitUntilReady()
  return queue
}
