import type { Logger } from '@trainyard/service-kit/log'
import type { Db } from '@trainyard/service-kit/postgres'
import { createListener } from './listener.ts'
import { makeDue, markSent, type Outbox, type OutboxEntry, outboxChannel, takeFromOutbox } from './outbox.ts'

export type Topic = {
  /** Delivers entries and gives the ids of those delivered; the others, and all if it rejects, come again. */
  deliver: (entries: OutboxEntry[]) => Promise<number[]>
  /** Entries taken at once. Default 100. */
  limit?: number
  /** Until entries that were not delivered come again: this, doubled with each try. Defaults 5 s, 60 s. */
  holdSeconds?: number
  maxHoldSeconds?: number
}

export type Dispatcher = {
  /** There is something in the outbox: call it after a commit. Returns at once. */
  wake: () => void
  /** What entries of this topic waited for is back: they are all due now. */
  retryNow: (topic: string) => Promise<void>
  stop: () => Promise<void>
}

type Options = {
  db: Db
  outbox: Outbox
  topics: Record<string, Topic>
  /** For the connection that listens. */
  databaseUrl: string
  log: Logger
  /** How often it looks without having been woken. Default 5 s. */
  pollMs?: number
}

/**
 * Drains the outbox: woken in this process after a commit, by NOTIFY from the others, and every few seconds
 * in any case. Topics do not wait for each other.
 */
export function createDispatcher({
  db,
  outbox,
  topics,
  databaseUrl,
  log,
  pollMs = 5_000
}: Options): Dispatcher {
  const drains = Object.entries(topics).map(([topic, options]) =>
    createDrain({ db, outbox, topic, options, log })
  )
  const wake = () => {
    for (const drain of drains) drain.wake()
  }
  const listener = createListener({ url: databaseUrl, channel: outboxChannel(outbox), onNotify: wake, log })
  const poll = setInterval(wake, pollMs)
  wake()
  return {
    wake,
    retryNow: async (topic) => {
      await makeDue(db, outbox, topic)
      wake()
    },
    stop: async () => {
      clearInterval(poll)
      await listener.stop()
      await Promise.all(drains.map((drain) => drain.stop()))
    }
  }
}

type DrainOptions = { db: Db; outbox: Outbox; topic: string; options: Topic; log: Logger }

function createDrain({ db, outbox, topic, options, log }: DrainOptions) {
  const { deliver, limit = 100, holdSeconds = 5, maxHoldSeconds = 60 } = options
  let wanted = false
  let stopped = false
  let running: Promise<void> | undefined

  const once = async () => {
    const entries = await takeFromOutbox(db, outbox, { topic, limit, holdSeconds, maxHoldSeconds })
    if (entries.length > 0) await markSent(db, outbox, await deliver(entries))
    if (entries.length === limit) wanted = true
  }
  /** False: it failed, and what is left comes with the next wake or poll. */
  const drain = async () => {
    while (wanted && !stopped) {
      wanted = false
      try {
        await once()
      } catch (err) {
        log.warn({ err, topic }, 'the outbox was not drained; its entries come again')
        return false
      }
    }
    return true
  }
  const wake = () => {
    wanted = true
    if (running || stopped) return
    // `running` is cleared a turn after the loop ended; a wish that came in that turn must not be lost.
    running = drain().then((went) => {
      running = undefined
      if (went && wanted) wake()
    })
  }
  return {
    wake,
    stop: async () => {
      stopped = true
      await running
    }
  }
}

/** `deliver` for topics whose entries are independent of each other: one that fails does not hold up the rest. */
export const oneByOne =
  (work: (payload: unknown) => Promise<void>, log: Logger): Topic['deliver'] =>
  async (entries) => {
    const delivered: number[] = []
    for (const { id, payload, tries } of entries) {
      try {
        await work(payload)
        delivered.push(id)
      } catch (err) {
        log.warn({ err, entry: id, tries }, 'an outbox entry was not delivered; it comes again')
      }
    }
    return delivered
  }
