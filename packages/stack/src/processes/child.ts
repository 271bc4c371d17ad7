import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeExit, type Exit, type ProcessDefinition } from './definition.ts'
import { NotStarted } from './not-started.ts'
import { descendants, signalPid } from './process-table.ts'
import { readLines } from './read-lines.ts'

const keptLines = 20
const firstPauseMs = 10
const longestPauseMs = 200
/** A process with a channel says when it is ready; until then it is asked in case the message was lost. */
const untilToldMs = 2_000
const askLimitMs = 2_000

export type Child = {
  pid: number
  process: ChildProcess
  exited: Promise<Exit>
  /** False once it has ended. */
  alive: () => boolean
  /** To the process alone, or to its whole group. A process that is gone is not an error. */
  signal: (signal: NodeJS.Signals, whom?: 'process' | 'group') => void
  /** Its own stop signal, then, past its limit, SIGKILL to the group. Calling twice is one stop. */
  stop: () => Promise<Exit>
}

export type ChildHooks = {
  onLine?: (line: string) => void
  /** Called as soon as it runs, before readiness is waited for. */
  onSpawn?: (child: Child) => void
  /** Aborted: it is not started any more. One that runs already is ended with its `stop`. */
  signal?: AbortSignal
}

function spawnChild(definition: ProcessDefinition, hooks: ChildHooks): Child {
  const { command, args, env, cwd, ipc } = definition.launch()
  // Detached: a process group of its own, so that Ctrl-C in the terminal reaches the supervisor alone.
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])]
  })
  let ended = false
  const exited = new Promise<Exit>((done) => {
    child.once('error', (error) => {
      hooks.onLine?.(`cannot start ${command}: ${error.message}`)
      ended = true
      done({ code: 127, signal: null })
    })
    child.once('exit', (code, signal) => {
      ended = true
      // Nothing that it started in its group outlives it.
      if (child.pid) signalPid(-child.pid, 'SIGKILL')
      done({ code, signal })
    })
  })
  readLines(child.stdout, (line) => hooks.onLine?.(line))
  readLines(child.stderr, (line) => hooks.onLine?.(line))
  const pid = child.pid ?? 0

  const signal: Child['signal'] = (name, whom = 'process') => {
    if (ended || !pid) return
    signalPid(whom === 'group' ? -pid : pid, name)
  }
  async function stopOnce(): Promise<Exit> {
    signal(definition.stopSignal)
    // A stopped process (SIGSTOP) keeps a TERM waiting; waking it up lets it end in order.
    signal('SIGCONT', 'group')
    const inTime = new AbortController()
    void exited.then(() => inTime.abort())
    await sleep(definition.stopLimitMs, undefined, { signal: inTime.signal }).catch(() => undefined)
    if (ended) return await exited
    hooks.onLine?.(`still running ${definition.stopLimitMs} ms after it was told to stop: killed`)
    const below = descendants(pid)
    signal('SIGKILL', 'group')
    for (const one of below) signalPid(one, 'SIGKILL')
    return await exited
  }
  let stopping: Promise<Exit> | undefined
  const stop = () => {
    stopping ??= stopOnce()
    return stopping
  }
  const started = { pid, process: child, exited, alive: () => !ended, signal, stop }
  if (pid) hooks.onSpawn?.(started)
  return started
}

/** Asks again after a growing pause, and at once when the process says by its channel that it is ready. */
async function untilReady(definition: ProcessDefinition, child: Child): Promise<'ready' | 'late' | 'gone'> {
  const deadline = performance.now() + definition.readyLimitMs
  let called = new AbortController()
  child.process.on('message', () => called.abort())
  void child.exited.then(() => called.abort())
  /** True when it was cut short. */
  const pauseOf = (ms: number) =>
    sleep(ms, false, { signal: called.signal }).catch(() => {
      called = new AbortController()
      return true
    })
  if (child.process.channel) await pauseOf(untilToldMs)
  for (let pause = firstPauseMs; child.alive(); pause = Math.min(pause * 1.4, longestPauseMs)) {
    const ready = await definition.ready(AbortSignal.timeout(askLimitMs)).catch(() => false)
    if (ready && child.alive()) return 'ready'
    if (performance.now() > deadline) return 'late'
    if (await pauseOf(pause)) pause = firstPauseMs
  }
  return 'gone'
}

/**
 * Starts a process and resolves once it is ready. When it ends or stays silent instead, its group is killed and the
 * error says why, out of the last lines that it wrote.
 */
export async function startChild(definition: ProcessDefinition, hooks: ChildHooks = {}): Promise<Child> {
  await definition.prepare?.()
  hooks.signal?.throwIfAborted()
  const last: string[] = []
  const onLine = (line: string) => {
    last.push(line)
    if (last.length > keptLines) last.shift()
    hooks.onLine?.(line)
  }
  const child = spawnChild(definition, { ...hooks, onLine })
  const outcome = await untilReady(definition, child)
  if (outcome === 'ready') return child
  child.signal('SIGKILL', 'group')
  const exit = await child.exited
  const what =
    outcome === 'late'
      ? `was not ready after ${definition.readyLimitMs / 1_000} s`
      : exit.code === 1
        ? 'could not start'
        : `could not start (${describeExit(exit)})`
  throw new NotStarted(definition.name, `${definition.name} ${what}`, last)
}
