import { MAX_BATCH, type WorkerEvent } from '@trainyard/contracts/internal'

type WithoutN<E> = E extends unknown ? Omit<E, 'n'> : never
export type Unsent = WithoutN<WorkerEvent>

type Limits = { logs: number; logsPerSecond: number; metrics: number; batch: number; batchBytes: number }
export const LIMITS: Limits = {
  logs: 1_000,
  logsPerSecond: 200,
  metrics: 4_000,
  batch: MAX_BATCH,
  batchBytes: 2 ** 20
}

/** The job service takes no larger event: it must fit into one frame of the live stream. */
const EVENT_BYTES = 59_000

type Item = { event: Unsent; bytes: number }

/**
 * What an attempt has not sent yet, in order and bounded. Only the newest progress and best are kept; past the
 * limit neighbouring metrics are merged in pairs (the newest value of every series survives) and the oldest log
 * lines give way to one line that counts them. Events get their number when they leave, so numbers have no gap.
 */
export function createSpool(clock: () => number, limits: Limits = LIMITS) {
  const items = new Map<number, Item>()
  let order = 0
  let nextN = 1
  let progress = 0
  let best = 0
  let metrics = 0
  let logs: number[] = []
  let leftOut = 0
  let logBudget = limits.logsPerSecond
  let budgetAt = clock()

  function add(event: Unsent): void {
    const bytes = JSON.stringify(event).length
    if (bytes > EVENT_BYTES) {
      const line = `An event (${event.type}) of ${bytes} bytes was too large and is left out.`
      add({ type: 'log', stream: 'platform', line })
      return
    }
    const key = ++order
    if (event.type === 'progress') progress = replace(progress, key)
    else if (event.type === 'best') best = replace(best, key)
    else if (event.type === 'log') keepLog(key)
    else if (event.type === 'metrics' && ++metrics > limits.metrics) halveMetrics()
    items.set(key, { event, bytes })
  }

  function replace(old: number, key: number) {
    items.delete(old)
    return key
  }

  function keepLog(key: number) {
    logs.push(key)
    if (logs.length <= limits.logs) return
    const [oldest] = logs.splice(0, 1)
    if (oldest !== undefined) items.delete(oldest)
    leftOut++
  }

  function halveMetrics() {
    let earlier: { key: number; item: Item } | null = null
    for (const [key, item] of items) {
      if (item.event.type !== 'metrics') continue
      if (!earlier) {
        earlier = { key, item }
        continue
      }
      const { event } = earlier.item
      if (event.type === 'metrics') item.event = merged(event, item.event)
      item.bytes = JSON.stringify(item.event).length
      items.delete(earlier.key)
      metrics--
      earlier = null
    }
  }

  /** Removes and numbers the next events, at most a batch of them. `final` lifts the limit on log lines a second. */
  function take(final = false): WorkerEvent[] {
    const now = clock()
    const room = ((now - budgetAt) / 1_000) * limits.logsPerSecond
    logBudget = Math.min(limits.logsPerSecond, logBudget + room)
    budgetAt = now
    const taken: WorkerEvent[] = []
    const number = (event: Unsent) => taken.push({ n: nextN++, ...event } as WorkerEvent)
    let bytes = 0
    let takenLogs = 0
    for (const [key, item] of items) {
      const isLog = item.event.type === 'log'
      if (isLog && !final && logBudget < 1) continue
      if (taken.length >= limits.batch - 1 || (bytes > 0 && bytes + item.bytes > limits.batchBytes)) break
      if (isLog && leftOut > 0) {
        number({ type: 'log', stream: 'platform', line: `${leftOut} lines of output were left out here` })
        leftOut = 0
      }
      number(item.event)
      bytes += item.bytes
      items.delete(key)
      if (isLog) {
        takenLogs++
        logBudget--
      } else if (item.event.type === 'metrics') metrics--
    }
    logs = logs.slice(takenLogs)
    return taken
  }

  return {
    add,
    take,
    size: () => items.size,
    /** What is sent instead of a batch that the platform will not have: one line, under the batch's first number. */
    replacement: (batch: WorkerEvent[], line: string): WorkerEvent[] => {
      const n = batch[0]?.n ?? nextN
      nextN = n + 1
      return [{ n, type: 'log', stream: 'platform', line }]
    }
  }
}
export type Spool = ReturnType<typeof createSpool>

type MetricsEvent = Extract<Unsent, { type: 'metrics' }>

function merged(earlier: MetricsEvent, later: MetricsEvent): MetricsEvent {
  const values = { ...earlier.data.values, ...later.data.values }
  const bad = [...(earlier.data.not_finite ?? []), ...(later.data.not_finite ?? [])]
  const notFinite = [...new Set(bad)].filter((key) => values[key] === null)
  const { step, epoch } = later.data
  const data = { step, epoch, values, ...(notFinite.length > 0 ? { not_finite: notFinite } : {}) }
  return { type: 'metrics', data }
}
