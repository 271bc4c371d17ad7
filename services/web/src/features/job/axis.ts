import type { Domain } from '../../charts/chart-series.ts'
import type { Columns } from '../../live/columns.ts'
import { lowerBound } from '../../live/lower-bound.ts'
import type { SeriesStore } from '../../live/series-store.ts'
import type { XAxis } from './chart-state.ts'
import { mainsOf, type Places, placesBy } from './places.ts'

/** What the charts of a job have across, and how it and steps stand for each other. */
export type Axis = {
  name: XAxis
  places: (columns: Columns) => Places
  /** From the first to the last point of any curve; undefined while there is none. */
  domain: () => Domain | undefined
  /** The place of the recorded step that is nearest, and the other way round. */
  xOf: (step: number) => number | undefined
  stepOf: (x: number) => number | undefined
  /** All steps whose points lie in a range; undefined where there is none. */
  stepsIn: (range: Domain) => Domain | undefined
}

/** `starts`: when each attempt came to its first step, for an axis of time. */
export function axisOf(store: SeriesStore, name: XAxis, starts: ReadonlyMap<number, number>): Axis {
  const places = placesBy(store, name, starts)
  const longest = () => {
    const all = mainsOf(store).toSorted((a, b) => b.length() - a.length())
    return all[0] && places(all[0])
  }
  return {
    name,
    places,
    domain: () => domainOf(mainsOf(store), name, places),
    xOf(step) {
      const curve = longest()
      return curve?.x[nearest(curve.step, step)]
    },
    stepOf(x) {
      const curve = longest()
      return curve?.step[nearest(curve.x, x)]
    },
    stepsIn({ from, to }) {
      if (name === 'step') return { from, to }
      const { x, step } = longest() ?? {}
      if (!x || !step || x.length === 0) return undefined
      const first = Math.max(0, lowerBound(x, from) - 1)
      const last = Math.min(x.length - 1, lowerBound(x, to))
      return { from: step[first] as number, to: step[last] as number }
    }
  }
}

/** How many recorded points have no time, and how many there are. */
export function timesKept(store: SeriesStore): { lacking: number; all: number } {
  let lacking = 0
  let all = 0
  for (const main of mainsOf(store)) {
    const at = main.view('at')
    all += at.length
    for (const moment of at) if (Number.isNaN(moment)) lacking++
  }
  return { lacking, all }
}

function domainOf(all: readonly Columns[], name: XAxis, places: Axis['places']): Domain | undefined {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const main of all) {
    const first = main.view('epoch')[0] as number
    const { x } = name === 'epoch' ? { x: main.view('epoch') } : places(main)
    if (x.length === 0) continue
    // The first epoch begins at 0, and so does time.
    from = Math.min(from, name === 'epoch' ? first - 1 : name === 'time' ? 0 : (x[0] as number))
    to = Math.max(to, x.at(-1) as number)
  }
  return from <= to ? { from, to } : undefined
}

function nearest(values: Float64Array, value: number): number {
  const after = Math.min(lowerBound(values, value), values.length - 1)
  const before = Math.max(0, after - 1)
  return value - (values[before] as number) < (values[after] as number) - value ? before : after
}
