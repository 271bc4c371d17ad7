import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from './child.ts'
import { describeExit, type Exit, type ProcessDefinition } from './definition.ts'
import { descendants, signalPid } from './process-table.ts'
import type { RunRecords } from './run-records.ts'

const firstDelayMs = 250
const longestDelayMs = 30_000
/** Running this long means that the next death is a new story: the delay starts small again. */
const healthyMs = 60_000

export type Supervised = {
  readonly name: string
  /** Of the running process; undefined while there is none. */
  readonly pid: number | undefined
  /** Resolves once it is ready, at once when it is. */
  start: () => Promise<void>
  /** In order, with its limit. It stays down until `start`. */
  stop: () => Promise<void>
  restart: () => Promise<void>
  /** Resolves when the process that should run is ready: after a kill, the next one. */
  ready: (limitMs?: number) => Promise<void>
  /** What comes from outside: SIGKILL unless told otherwise, to the process alone. It is then started again. */
  kill: (signal?: NodeJS.Signals) => void
  /** SIGSTOP and SIGCONT to it and everything below it. */
  pause: () => void
  resume: () => void
  /** Deaths from now on are expected: nothing is started again. */
  letDie: () => void
}

export type SuperviseHooks = {
  /** One line for the person who watches: deaths, restarts, returns. */
  say: (line: string) => void
  onLine: (name: string, line: string) => void
  records: RunRecords
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]

/** Keeps one process running: a death is said, and it is started again after a growing delay, for ever. */
export function supervise(definition: ProcessDefinition, hooks: SuperviseHooks): Supervised {
  const { name } = definition
  let child: Child | undefined
  let isReady = false
  let wanted = false
  let paused = false
  let failures = 0
  let cancel = new AbortController()
  /** The start or the restarting that is under way; one at a time. */
  let work: Promise<void> = Promise.resolve()
  let stopping: Promise<void> | undefined

  async function launch() {
    const started = performance.now()
    const current = await startChild(definition, {
      signal: cancel.signal,
      onLine: (line) => hooks.onLine(name, line),
      onSpawn: (spawned) => {
        child = spawned
        hooks.records.write(name, spawned.pid, definition.stopSignal)
        void spawned.exited.then(() => {
          if (child === spawned) child = undefined
          isReady = false
        })
      }
    })
    isReady = true
    void current.exited.then((exit) => died(exit, performance.now() - started))
  }

  function died(exit: Exit, livedMs: number) {
    if (!wanted) return
    if (livedMs >= healthyMs) failures = 0
    work = startAgain(describeExit(exit), cancel.signal)
  }

  async function startAgain(cause: string, signal: AbortSignal) {
    let why = cause
    while (wanted && !signal.aborted) {
      const delay = Math.min(firstDelayMs * 2 ** failures, longestDelayMs)
      failures++
      hooks.say(`${name} ${why}; starting it again in ${(delay / 1000).toFixed(1)} s`)
      await sleep(delay, undefined, { signal, ref: false }).catch(() => undefined)
      if (!wanted || signal.aborted) return
      try {
        await launch()
        if (wanted) hooks.say(`${name} runs again`)
        return
      } catch (error) {
        why = `did not start (${firstLine(error)})`
      }
    }
  }

  async function start() {
    await stopping
    if (wanted) return ready()
    wanted = true
    failures = 0
    cancel = new AbortController()
    const first = launch()
    work = first.catch(() => undefined)
    try {
      await first
    } catch (error) {
      wanted = false
      hooks.records.remove(name)
      throw error
    }
  }

  function stop() {
    stopping ??= (async () => {
      wanted = false
      cancel.abort()
      // What was paused could not stop in order.
      if (paused) signalTree('SIGCONT')
      await child?.stop()
      await work
      // A start that was under way may have got as far as a process.
      await child?.stop()
      hooks.records.remove(name)
    })().finally(() => {
      stopping = undefined
    })
    return stopping
  }

  async function ready(limitMs = 60_000) {
    for (const deadline = performance.now() + limitMs; !isReady; await sleep(20)) {
      if (!wanted) throw new Error(`${name} was stopped`)
      if (performance.now() > deadline) throw new Error(`${name} is not ready after ${limitMs} ms`)
    }
  }

  function signalTree(signal: 'SIGSTOP' | 'SIGCONT') {
    paused = signal === 'SIGSTOP'
    if (!child) return
    for (const pid of [child.pid, ...descendants(child.pid)]) signalPid(pid, signal)
  }

  return {
    name,
    get pid() {
      return child?.pid
    },
    start,
    stop,
    restart: async () => {
      await stop()
      await start()
    },
    ready,
    kill: (signal = 'SIGKILL') => {
      // Not ready from this moment, so that `ready` waits for the next process.
      if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT') isReady = false
      child?.signal(signal)
    },
    pause: () => signalTree('SIGSTOP'),
    resume: () => signalTree('SIGCONT'),
    letDie: () => {
      wanted = false
      cancel.abort()
    }
  }
}
