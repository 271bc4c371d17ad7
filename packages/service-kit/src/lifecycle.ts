import type { Logger } from './log.ts'

/** One step of an ordered stop. `limitMs` (10 s) is how long it may take before the next one starts. */
export type StopStep = { name: string; stop: () => unknown; limitMs?: number }
export type Running = { port: number | null; internalPort: number; stop: StopStep[] }

/**
 * Runs a process: starts it, says when it is ready, and stops it in order on SIGTERM, SIGINT, SIGHUP, when
 * the parent's IPC channel closes, or after an exception nobody caught. Repeated signals are one signal.
 * Exit code 0 only if every step of the stop succeeded.
 */
export async function runService(name: string, log: Logger, start: () => Promise<Running>) {
  let running: Running | undefined
  let stopping: Promise<void> | undefined
  const stop = (reason: string, failed = false) => {
    stopping ??= stopInOrder(running?.stop ?? [], log, reason).then((clean) =>
      process.exit(clean && !failed ? 0 : 1)
    )
    return stopping
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
  process.on('disconnect', () => stop('the parent is gone'))
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(kind, (err) => {
      log.fatal({ err }, kind)
      stop(kind, true)
    })
  }
  // A closed terminal makes the next write to it fail; that is no reason to skip the ordered stop.
  process.stdout.on('error', () => stop('stdout is closed'))
  try {
    running = await start()
  } catch (err) {
    log.fatal({ err }, `${name} cannot start`)
    process.exit(1)
  }
  const { port, internalPort } = running
  log.info({ port, internal_port: internalPort, pid: process.pid }, `${name} is ready`)
  process.send?.({ type: 'ready', port, internal_port: internalPort })
}

/** Every step gets its turn, also after one that failed or took too long. Gives whether all went well. */
export async function stopInOrder(steps: StopStep[], log: Logger, reason: string) {
  log.info({ reason }, 'stopping')
  let clean = true
  for (const { name, stop, limitMs = 10_000 } of steps) {
    try {
      await inTime(Promise.resolve().then(stop), limitMs)
    } catch (err) {
      clean = false
      log.error({ err, step: name }, 'a step of the stop failed')
    }
  }
  log.info({ clean }, 'stopped')
  return clean
}

async function inTime(work: Promise<unknown>, ms: number) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
