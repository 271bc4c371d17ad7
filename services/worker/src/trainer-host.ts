import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '@trainyard/service-kit/errors'
import { backoffMs, persist } from './backoff.ts'
import type { PipeListener } from './event-pipe.ts'
import { type HostOptions, type HostProcess, spawnHost } from './host-process.ts'
import type { Ready, Run, RunCommand } from './host-protocol.ts'

export type TrainerHost = {
  state: () => 'warming' | 'warm' | 'restarting' | 'stopped'
  /** Seconds the newest host took to import everything; null while none is warm. */
  seconds: () => number | null
  /** Waits for a warm host. */
  ready: (signal: AbortSignal) => Promise<Ready>
  /** Throws UNAVAILABLE when hosts refuse, or die before the child runs, again and again. */
  run: (command: RunCommand, listener: PipeListener, signal: AbortSignal) => Promise<Run>
  stop: () => Promise<void>
}

const PING_MS = 5_000
/** A host may die between two jobs, or with the first word of one. */
const RUN_TRIES = 3
/** Pings in a row without an answer. Counted, not timed: a pause of this process is no fault of the host. */
const PINGS_MISSED = 3
const WARM_LIMIT_MS = 180_000
const STEADY_MS = 60_000
/** When it is stopped its children have ended, or have had their time. */
const END_LIMIT_MS = 2_000

/** Keeps one warm host running: starts it again with backoff when it dies, kills it when it hangs. */
export function trainerHost(options: HostOptions & { pingMs?: number }): TrainerHost {
  const { log, clock, pingMs = PING_MS } = options
  const stopped = new AbortController()
  let state: ReturnType<TrainerHost['state']> = 'warming'
  let current: HostProcess | null = null
  let warm: Ready | null = null
  const waiting: (() => void)[] = []

  async function keep() {
    for (let tries = 0; !stopped.signal.aborted; ) {
      const started = clock()
      const host = spawnHost(options)
      current = host
      const watch = new AbortController()
      void becomeWarm(host, watch.signal)
      const how = await host.died
      watch.abort()
      warm = null
      if (stopped.signal.aborted) return
      state = 'restarting'
      tries = clock() - started > STEADY_MS ? 0 : tries + 1
      const waitMs = backoffMs(tries, { baseMs: 100, maxMs: 30_000 })
      log.error({ ...how, wait_ms: Math.round(waitMs) }, 'the trainer host died; it is started again')
      await sleep(waitMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }

  async function becomeWarm(host: HostProcess, watch: AbortSignal) {
    const late = setTimeout(() => host.kill(), WARM_LIMIT_MS)
    watch.addEventListener('abort', () => clearTimeout(late))
    const reply = await host.ready
    clearTimeout(late)
    if (watch.aborted) return
    warm = reply
    state = 'warm'
    log.info({ seconds: reply.seconds, versions: reply.versions }, 'the trainer is warm')
    for (const wake of waiting.splice(0)) wake()
    watchPings(host, watch)
  }

  function watchPings(host: HostProcess, watch: AbortSignal) {
    let unanswered = 0
    const timer = setInterval(() => {
      if (++unanswered > PINGS_MISSED) {
        log.error('the trainer host does not answer; it is killed')
        return host.kill()
      }
      void host.ping().then(() => {
        unanswered = 0
      })
    }, pingMs)
    watch.addEventListener('abort', () => clearInterval(timer))
  }

  async function ready(signal: AbortSignal): Promise<Ready> {
    while (!warm) {
      signal.throwIfAborted()
      if (state === 'stopped') throw fail('UNAVAILABLE', { message: 'The trainer host is stopped.' })
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return warm
  }

  const kept = keep()
  return {
    state: () => state,
    seconds: () => warm?.seconds ?? null,
    ready,
    run: (command, listener, signal) => {
      let tries = 0
      const runOnce = async () => {
        tries++
        await ready(signal)
        if (!current) throw fail('UNAVAILABLE', { message: 'There is no trainer host.' })
        return current.run(command, listener)
      }
      return persist(runOnce, { signal, passing: () => tries < RUN_TRIES })
    },
    stop: async () => {
      stopped.abort()
      state = 'stopped'
      for (const wake of waiting.splice(0)) wake()
      current?.end()
      const late = setTimeout(() => current?.kill(), END_LIMIT_MS)
      await kept
      clearTimeout(late)
    }
  }
}
