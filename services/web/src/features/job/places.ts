import { type Elapsed, elapsedClock } from '../../jobs/elapsed.ts'
import type { Columns } from '../../live/columns.ts'
import type { SeriesStore } from '../../live/series-store.ts'
import type { XAxis } from './chart-state.ts'

/** A curve's points with their places across. */
export type Places = {
  x: Float64Array
  step: Float64Array
  y: Float64Array
  low: Float64Array
  high: Float64Array
  attempt: Float64Array
  revision: number
}
/** The curves that count, without those that are empty. */
export const mainsOf = (store: SeriesStore): Columns[] =>
  store.keys().flatMap((key) => {
    const main = store.get(key)?.main
    return main && main.length() > 0 ? [main] : []
  })

/** Places points by step, epoch or time; what has no place on the axis is left out. */
export function placesBy(store: SeriesStore, name: XAxis, starts: ReadonlyMap<number, number>) {
  if (name === 'step') return (columns: Columns) => ({ ...plain(columns), x: columns.view('step') })
  if (name === 'epoch') return (columns: Columns) => ({ ...plain(columns), x: epochsOf(columns) })
  const clock = clockOf(store, starts)
  return (columns: Columns) => {
    const at = columns.view('at')
    const elapsed = clock()
    const attempts = columns.view('attempt')
    return onlyPlaced(
      plain(columns),
      at.map((moment, i) => elapsed(attempts[i] as number, moment))
    )
  }
}

/** One clock for all curves, made again when the curves have changed. */
function clockOf(store: SeriesStore, starts: ReadonlyMap<number, number>): () => Elapsed {
  let known: { version: number; elapsed: Elapsed } | undefined
  return () => {
    if (known?.version !== store.version()) {
      const curves = mainsOf(store).map((main) => ({ attempt: main.view('attempt'), at: main.view('at') }))
      known = { version: store.version(), elapsed: elapsedClock(starts, curves) }
    }
    return known.elapsed
  }
}

const plain = (columns: Columns) => ({
  step: columns.view('step'),
  y: columns.view('value'),
  low: columns.view('low'),
  high: columns.view('high'),
  attempt: columns.view('attempt'),
  revision: columns.revision()
})

/** Without the points that have no place on this axis. */
function onlyPlaced(all: ReturnType<typeof plain>, x: Float64Array): Places {
  if (!x.some(Number.isNaN)) return { ...all, x }
  const kept = (values: Float64Array) => values.filter((_, i) => !Number.isNaN(x[i]))
  const { step, y, low, high, attempt, revision } = all
  return {
    x: kept(x),
    step: kept(step),
    y: kept(y),
    low: kept(low),
    high: kept(high),
    attempt: kept(attempt),
    revision
  }
}

/**
 * Epochs as a line needs them: within an epoch, points stand where their steps do. The number that a point carries is
 * the epoch it belongs to, so the end of epoch 3 is at 3.
 */
function epochsOf(columns: Columns): Float64Array {
  const epoch = columns.view('epoch')
  const step = columns.view('step')
  const x = new Float64Array(epoch.length)
  let before = 0
  for (let start = 0; start < epoch.length; ) {
    let end = start
    while (end < epoch.length && epoch[end] === epoch[start]) end++
    const last = step[end - 1] as number
    const now = epoch[start] as number
    for (let i = start; i < end; i++) {
      const share = last > before ? ((step[i] as number) - before) / (last - before) : 1
      x[i] = now - 1 + share
    }
    before = last
    start = end
  }
  return x
}
