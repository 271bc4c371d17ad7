import type { TrainerEvent } from '@trainyard/contracts/trainer-events'
import type { Metrics, Progress } from '@trainyard/contracts/training'
import type { Logger } from '@trainyard/service-kit/log'
import type { CheckpointEvent } from './checkpoints.ts'
import type { Control, Wish } from './control.ts'
import type { RunCommand } from './host-protocol.ts'
import { ranOutOfMemory, readOomKills } from './oom.ts'
import type { Reporter } from './reporter.ts'
import type { TrainerHost } from './trainer-host.ts'
import type { Life, Result } from './verdict.ts'

type Options = {
  host: TrainerHost
  command: RunCommand
  control: Control
  reporter: Reporter
  onProgress: (percent: number) => void
  onCheckpoint: (event: CheckpointEvent) => void
  log: Logger
  /** How long each may take before the trainer's group is killed. */
  limits: { stopMs: number; releaseMs: number; resultMs: number }
}

/** A trainer changes its phase a handful of times; one that does it for ever is not followed. */
const MAX_PHASES = 100
/** More series than this are taken by no chart, and by the job service neither. */
const MAX_SERIES = 200
/** These are waited for by a person; `first_step` travels with the `training` that follows it. */
const URGENT_PHASES = ['loading', 'training', 'evaluating']

/** Runs one trainer from its start to its end, whatever that is, and tells what was seen. */
export async function runTrainer(options: Options): Promise<Life> {
  const { host, command, control, reporter, onProgress, onCheckpoint, limits, log } = options
  const oomBefore = readOomKills()
  let result: Result | null = null
  let killed: Life['killed'] = null
  let phase = 'loading'
  let phases = 0
  let lastOutput = ''
  let onResult: () => void = () => undefined

  const onEvent = (event: TrainerEvent) => {
    switch (event.type) {
      case 'phase':
        if (++phases > MAX_PHASES) return
        phase = event.phase
        return reporter.add(event, { urgent: URGENT_PHASES.includes(phase) })
      case 'progress':
        onProgress(event.percent)
        return reporter.add({ type: 'progress', data: progressOf(event) })
      case 'metrics':
        return reporter.add({ type: 'metrics', data: metricsOf(event) })
      case 'best': {
        const { step, epoch, metric, direction, value } = event
        return reporter.add({ type: 'best', data: { step, epoch, metric, direction, value } })
      }
      case 'log':
        return say(event.level === 'info' ? event.line : `${event.level}: ${event.line}`)
      case 'started':
        return describeStart(event).forEach(say)
      case 'checkpoint':
        return onCheckpoint(event)
      case 'result':
        // Its last word is its first result.
        result ??= event
        onResult()
    }
  }
  const say = (line: string) => reporter.add({ type: 'log', stream: 'trainer', line: line.slice(0, 16_000) })
  const onOutput = (line: string, source: 'logs' | 'events') => {
    if (line === '') return
    lastOutput = line
    if (source === 'events') say(line)
    else reporter.add({ type: 'log', stream: 'stdout', line })
  }

  const run = await host.run(command, { event: onEvent, output: onOutput }, control.ending)
  log.info({ pid: run.pid, slot: command.slot }, 'the trainer runs')
  const timers: NodeJS.Timeout[] = []
  const killAfter = (ms: number, why: NonNullable<Life['killed']>) =>
    timers.push(
      setTimeout(() => {
        killed ??= why
        run.signal('KILL')
      }, ms)
    )
  onResult = () => {
    onResult = () => undefined
    killAfter(limits.resultMs, 'hung')
  }
  if (result) onResult()
  control.onWish((wish: Wish) => {
    run.signal(wish === 'stop' ? 'TERM' : 'USR1')
    killAfter(wish === 'stop' ? limits.stopMs : limits.releaseMs, wish)
  })
  const onLost = () => run.signal('KILL')
  control.lost.addEventListener('abort', onLost)
  if (control.lost.aborted) onLost()
  const exit = await run.exited
  control.lost.removeEventListener('abort', onLost)
  for (const timer of timers) clearTimeout(timer)
  const outOfMemory = killed === null && ranOutOfMemory(exit, await oomBefore, await readOomKills())
  return { result, exit, wish: control.wish(), killed, outOfMemory, phase, lastOutput }
}

type Of<T> = Extract<TrainerEvent, { type: T }>

/** Only the fields that are known: a trainer may write anything beside them. */
const progressOf = (event: Of<'progress'>): Progress => {
  const { epoch, epochs, step, steps, percent, eta_seconds, samples_per_second, phase } = event
  return { epoch, epochs, step, steps, percent, eta_seconds, samples_per_second, phase }
}

const metricsOf = ({ step, epoch, values, not_finite }: Of<'metrics'>): Metrics => {
  const kept = Object.fromEntries(Object.entries(values).slice(0, MAX_SERIES))
  const bad = not_finite?.filter((key) => kept[key] === null)
  return { step, epoch, values: kept, ...(bad ? { not_finite: bad } : {}) }
}

/** The resolved numbers of the run, and what the trainer found in the data, as sentences. */
function describeStart(event: Record<string, unknown>): string[] {
  const { task, epochs, steps_per_epoch, batch_size, parameters, findings } = event
  const start = `${task}: ${epochs} epochs of ${steps_per_epoch} steps, batch size ${batch_size}, ${parameters} parameters`
  const found = Array.isArray(findings) ? findings.slice(0, 50) : []
  return [start, ...found.map((finding: { message?: unknown }) => String(finding?.message))]
}
