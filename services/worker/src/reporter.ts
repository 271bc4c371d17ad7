import { HEARTBEAT_SECONDS, type WorkerEvent } from '@trainyard/contracts/internal'
import { AppError } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import { backoffMs } from './backoff.ts'
import type { Lease } from './lease.ts'
import { isPassing } from './platform-api.ts'
import { createSpool, type Unsent } from './spool.ts'

export type Report = { lease_seconds: number; stop_requested?: boolean; last_n?: number }
export type Lost = 'lease' | 'superseded'

type Options = {
  /** One status-update: also the heartbeat and the renewal of the lease. */
  post: (events: WorkerEvent[], timeoutMs: number) => Promise<Report>
  lease: Lease
  clock: () => number
  log: Logger
  onStop: () => void
  onLost: (why: Lost) => void
}

const TICK_MS = 50
/** Ordinary events wait this long for company. */
const GATHER_MS = 150
/** Between the starts of two calls; the tick comes on top. */
const HEARTBEAT_MS = HEARTBEAT_SECONDS * 1_000 - 2 * TICK_MS
const CALL_LIMIT_MS = 5_000

/**
 * Tells the platform what happens, one call in flight. The heartbeat is the timer itself: plain synchronous code
 * that asks the clock, so that nothing which fails or hangs elsewhere can silence it; a call that outlives its
 * limit is given up by it. The same timer watches the lease.
 */
export function createReporter({ post, lease, clock, log, onStop, onLost }: Options) {
  const spool = createSpool(clock)
  let batch: WorkerEvent[] = []
  let replacement: WorkerEvent[] | null = null
  let call: { at: number } | null = null
  // The claim was the last call: the first heartbeat is not due yet.
  let lastCallAt = clock()
  let flushAt = Number.POSITIVE_INFINITY
  let notBefore = 0
  let failures = 0
  let closing = false
  let flushed = false
  let ended: Lost | 'closed' | null = null
  const idle: (() => void)[] = []

  function tick() {
    if (ended) return
    const now = clock()
    if (lease.lost()) return lose('lease')
    if (call && now - call.at > CALL_LIMIT_MS + 1_000) call = null
    if (call) return
    const due = now - lastCallAt >= Math.min(HEARTBEAT_MS, lease.renewalMs())
    if (due || (now >= flushAt && now >= notBefore)) void send(now)
  }

  async function send(now: number) {
    const mine = { at: now }
    call = mine
    lastCallAt = now
    flushAt = Number.POSITIVE_INFINITY
    // Late in the lease only the renewal is tried: what is published must not meet a next attempt's.
    const events = lease.publishable() ? fill() : []
    try {
      const reply = await post(events, CALL_LIMIT_MS)
      if (call !== mine || ended) return
      failures = 0
      lease.renew(now, reply.lease_seconds)
      const last = reply.last_n ?? Number.POSITIVE_INFINITY
      if (events.length > 0) batch = batch.filter(({ n }) => n > last)
      if (batch.length > 0) notBefore = clock() + backoffMs(0)
      if (reply.stop_requested) onStop()
    } catch (err) {
      if (call === mine && !ended) failed(err, events)
    } finally {
      if (call === mine) call = null
      settle()
    }
  }

  function fill() {
    if (batch.length === 0) batch = spool.take(closing)
    return batch
  }

  function failed(err: unknown, events: WorkerEvent[]) {
    notBefore = clock() + backoffMs(failures++, { baseMs: 100, maxMs: 2_000 })
    if (isPassing(err)) {
      if (failures === 1) log.warn({ err }, 'a status update did not go through; it is repeated')
      return
    }
    if (err instanceof AppError && err.status === 400 && events.length > 0) {
      log.error({ err, details: err.details, events: events.length }, 'events were refused and are left out')
      const line = `${events.length} events were refused by the platform and are left out`
      // Refused as well, it is dropped: a batch that never gets through would keep the heartbeat from its work.
      replacement = events === replacement ? null : spool.replacement(events, line)
      batch = replacement ?? []
      return
    }
    log.warn({ err }, 'the attempt is not ours any more')
    // Once all is sent, the answer to the attempt's last call decides, not a heartbeat that arrived after it.
    if (!flushed) lose('superseded')
  }

  /** What is left is sent soon; whoever waits for the last event is told when it is through. */
  function settle() {
    if (batch.length > 0 || spool.size() > 0) {
      flushAt = Math.min(flushAt, closing || batch.length > 0 ? 0 : clock() + GATHER_MS)
      if (flushAt <= clock() && notBefore <= clock()) setImmediate(tick)
      return
    }
    for (const done of idle.splice(0)) done()
  }

  function lose(why: Lost) {
    end(why)
    onLost(why)
  }

  function end(how: Lost | 'closed') {
    ended = how
    clearInterval(timer)
    for (const done of idle.splice(0)) done()
  }

  const timer = setInterval(tick, TICK_MS)

  return {
    /** `urgent`: a person waits to see this; it leaves at once unless a call is under way. */
    add: (event: Unsent, { urgent = false } = {}) => {
      spool.add(event)
      flushAt = urgent ? 0 : Math.min(flushAt, clock() + GATHER_MS)
      if (urgent && !call) setImmediate(tick)
    },
    /** Resolves when every event is through, or the attempt is lost. Nothing but heartbeats may follow. */
    flush: async () => {
      closing = true
      if (!ended && (batch.length > 0 || spool.size() > 0 || call)) {
        flushAt = 0
        setImmediate(tick)
        await new Promise<void>((done) => idle.push(done))
      }
      flushed = true
    },
    close: () => {
      if (!ended) end('closed')
    }
  }
}
export type Reporter = ReturnType<typeof createReporter>
