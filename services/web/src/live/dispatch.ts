import type { JobUpdate } from '@trainyard/contracts/live'
import type { LogStore } from './log-store.ts'
import type { SeriesStore } from './series-store.ts'

export type Outcome =
  | 'taken'
  /** It was there already. */
  | 'old'
  /** Something in between is missing: ask for what follows `last()`. */
  | 'gap'
export type Dispatch = ReturnType<typeof createDispatch>
type Options = {
  series: SeriesStore
  logs: LogStore
  /** Events in order, each once; for the query cache. */
  onUpdate: (update: JobUpdate) => void
}

/**
 * Leads a job's events to its stores: numbers to curves, lines to the log, the rest on. Events are taken strictly in
 * order of `seq`, whichever way they came (socket, replay, polling), so any cut, repeat or reordering that is asked for
 * again ends in the same stores.
 */
export function createDispatch({ series, logs, onUpdate }: Options) {
  let last: number | undefined

  function receive(update: JobUpdate): Outcome {
    if (last === undefined) return 'gap'
    if (update.seq <= last) return 'old'
    if ((update.from_seq ?? update.seq) > last + 1) return 'gap'
    last = update.seq
    if (update.event === 'metrics') {
      series.addMetrics({ ...update.data, attempt: update.attempt, at: Date.parse(update.ts) })
    } else if (update.event === 'log') logs.add(update.data)
    onUpdate(update)
    return 'taken'
  }

  return {
    receive,
    last: () => last,
    /** Events up to `seq` are known another way: a snapshot was read, or history was cut. */
    startAt(seq: number) {
      last = seq
    }
  }
}
