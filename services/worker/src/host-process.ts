import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import { type PipeListener, slotPipes } from './event-pipe.ts'
import {
  type Exit,
  type HostReply,
  parseReply,
  type Ready,
  type Run,
  type RunCommand
} from './host-protocol.ts'
import { lineSplitter } from './lines.ts'
import { killGroup, type ProcessGroup, processGroup } from './process-group.ts'

export type HostOptions = {
  python: string
  trainerDir: string
  /** The host's home and working folder. */
  home: string
  slots: number
  /** The environment to choose from; a child inherits none of the rest. */
  env: Record<string, string | undefined>
  /** `setpriv` of util-linux, where there is one. */
  setpriv: string | null
  clock: () => number
  log: Logger
}
export type HostProcess = {
  pid: number
  ready: Promise<Ready>
  died: Promise<{ code: number | null; signal: string | null }>
  run: (command: RunCommand, listener: PipeListener) => Promise<Run>
  /** Resolves when the host answered; never if it hangs. */
  ping: () => Promise<void>
  /** In order: the host ends its children and itself. */
  end: () => void
  kill: () => void
}

const KEPT_ENV = /^(PATH|LANG|LC_ALL|TZ|TMPDIR|(OMP|MKL|CUDA|NVIDIA)_\w+)$/
const REPLY_BYTES = 65_536
/** How long what a dead child wrote may take to be read. */
const DRAIN_MS = 5_000

type Waiting = {
  started: (pid: number) => void
  refused: (why: string) => void
  exited: (exit: Exit) => void
}

/** One warm Python process: it has imported torch and forks a child for each run. */
export function spawnHost(options: HostOptions): HostProcess {
  const { home, slots, clock, log } = options
  const pipes = Array.from({ length: slots * 2 }, () => 'pipe' as const)
  const [command = options.python, ...args] = hostCommand(options)
  const child = spawn(command, args, {
    cwd: home,
    // A group of its own: Ctrl-C in a terminal is for the supervisor, which ends the host in order.
    detached: true,
    // Without a locale Python would add one to its own environment, which the host then takes for a leak.
    env: { LC_ALL: 'C.UTF-8', ...pick(options.env), PYTHONPATH: options.trainerDir },
    stdio: ['pipe', 'pipe', 'pipe', ...pipes]
  })
  const slot = Array.from({ length: slots }, (_, k) =>
    slotPipes(readable(child, 3 + 2 * k), readable(child, 4 + 2 * k), clock)
  )
  const runs = new Map<string, Waiting>()
  /** Of children that run; the host ends the groups of those that have exited. */
  const groups = new Map<string, ProcessGroup>()
  const pings = new Map<number, () => void>()
  let pinged = 0
  let becameReady: (reply: Ready) => void = () => undefined
  const ready = new Promise<Ready>((resolve) => {
    becameReady = resolve
  })

  const send = (message: object) => {
    const stdin = child.stdin as Writable
    if (stdin.writable) stdin.write(`${JSON.stringify(message)}\n`)
  }
  child.stdin?.on('error', (err) => log.debug({ err }, 'the trainer host does not read any more'))

  const onReply = (reply: HostReply) => {
    if (reply.type === 'ready') becameReady(reply)
    else if (reply.type === 'pong') pings.get(reply.n)?.()
    else if (reply.type === 'started') onStarted(reply)
    else if (reply.type === 'refused') runs.get(reply.id ?? '')?.refused(reply.reason)
    else void closeRun(reply)
  }
  const onStarted = ({ id, pid }: Extract<HostReply, { type: 'started' }>) => {
    groups.set(id, processGroup(pid))
    runs.get(id)?.started(pid)
  }
  /** A child dies with its host; what it started itself does not, and the host cannot end it any more. */
  const endGroups = () => {
    for (const group of groups.values()) group.kill()
    groups.clear()
  }
  async function closeRun({ id, slot: k, code, signal, nonce, max_rss_bytes, overdue }: Exited) {
    groups.delete(id)
    const read = slot[k]?.closedBy(nonce).then(() => true)
    const all = await Promise.race([read, sleep(DRAIN_MS, false, { ref: false })])
    if (!all) log.warn({ id }, 'what a dead trainer wrote did not end with the mark of the host')
    runs.get(id)?.exited({ code, signal, maxRssBytes: max_rss_bytes, overdue, hostLost: false })
  }
  readLines(child.stdout, (line) => {
    const reply = parseReply(line)
    if (reply) onReply(reply)
    else log.warn({ line: line.slice(0, 500) }, 'the trainer host said something unknown')
  })
  readLines(child.stderr, (line) => log.info({ line: line.slice(0, 2_000) }, 'trainer host'))

  const died = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('error', (err) => {
      log.error({ err }, 'the trainer host cannot be started')
      resolve({ code: null, signal: null })
    })
    // `close` comes once the pipes are read to their end; a process that escaped the kill may hold them open.
    child.once('exit', (code, signal) => {
      endGroups()
      const end = () => resolve({ code, signal })
      child.once('close', end)
      setTimeout(end, 1_000).unref()
    })
  })
  void died.then(() => {
    // Those of which the host told with its last words.
    endGroups()
    for (const run of runs.values()) {
      run.refused('the trainer host died')
      run.exited({ code: null, signal: null, maxRssBytes: null, overdue: false, hostLost: true })
    }
  })

  return {
    pid: child.pid ?? 0,
    ready,
    died,
    run: (command, listener) =>
      new Promise<Run>((resolve, reject) => {
        const { id } = command
        let exited: (exit: Exit) => void = () => undefined
        const exit = new Promise<Exit>((settled) => {
          exited = settled
        })
        slot[command.slot]?.listen(listener)
        runs.set(id, {
          started: (pid) =>
            resolve({
              pid,
              exited: exit,
              signal: (signal) => runs.has(id) && send({ cmd: 'signal', id, signal })
            }),
          refused: (why) => {
            runs.delete(id)
            reject(fail('UNAVAILABLE', { message: `The trainer host refused: ${why}` }))
          },
          exited: (how) => {
            runs.delete(id)
            slot[command.slot]?.listen(null)
            exited(how)
          }
        })
        send({ cmd: 'run', ...command })
      }),
    ping: () =>
      new Promise((resolve) => {
        const n = ++pinged
        pings.set(n, () => {
          // An answer to a later ping answers the earlier ones too.
          for (const earlier of pings.keys()) if (earlier <= n) pings.delete(earlier)
          resolve()
        })
        send({ cmd: 'ping', n })
      }),
    end: () => child.stdin?.end(),
    kill: () => child.pid && killGroup(child.pid)
  }
}

type Exited = Extract<HostReply, { type: 'exited' }>

/**
 * On Linux the host dies with this process, whatever kills it, and its children die with the host. (Its closed
 * stdin says the same, but leaves the children five seconds.)
 */
const hostCommand = ({ python, slots, setpriv }: HostOptions) => {
  const host = [python, '-m', 'trainyard_trainer', 'serve', '--slots', String(slots)]
  return setpriv ? [setpriv, '--pdeathsig', 'KILL', '--', ...host] : host
}

const pick = (env: HostOptions['env']) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => KEPT_ENV.test(name)))

function readable(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd]
  if (!stream) throw new Error(`the trainer host was started without descriptor ${fd}`)
  return stream as Readable
}

function readLines(stream: Readable | null, onLine: (line: string) => void) {
  stream?.on(
    'data',
    lineSplitter(REPLY_BYTES, ({ bytes }) => onLine(bytes.toString('utf8')))
  )
}
