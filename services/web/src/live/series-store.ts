import type { MetricSeries, Metrics } from '@trainyard/contracts/training'
import { type Columns, createColumns, greatest, least, type Point } from './columns.ts'
import { lowerBound } from './lower-bound.ts'

export type Series = {
  key: string
  /** The curve as it counts, by rising step. */
  main: Columns
  /** What later attempts did again, by attempt and step. */
  ghost: Columns
}
export type SeriesStore = ReturnType<typeof createSeriesStore>
export type LiveMetrics = Metrics & { attempt: number; at: number }

/** Points a curve keeps at full detail, and names of curves; a job has no more than 200 names. */
const LIMITS = { points: 200_000, ghost: 20_000, keys: 200 }
const bySteps = (a: Point, b: Point) => a.step - b.step
const byAttempts = (a: Point, b: Point) => a.attempt - b.attempt || a.step - b.step

/**
 * The curves of one job. An attempt that went on from a checkpoint counts from its first step on: what earlier attempts
 * recorded there becomes a ghost. Where a point lands does not depend on the order in which points come.
 */
export function createSeriesStore(limits = LIMITS) {
  const series = new Map<string, Series>()
  /** The least step that each attempt has reported, over all curves. */
  const firstSteps = new Map<number, number>()
  const listeners = new Set<() => void>()
  let version = 0

  function seriesOf(key: string): Series | undefined {
    const known = series.get(key)
    if (known || series.size >= limits.keys) return known
    const fresh = {
      key,
      main: createColumns(limits.points, bySteps),
      ghost: createColumns(limits.ghost, byAttempts)
    }
    series.set(key, fresh)
    return fresh
  }

  function noteAttempt(attempt: number, step: number) {
    if (step >= (firstSteps.get(attempt) ?? Number.POSITIVE_INFINITY)) return
    firstSteps.set(attempt, step)
    for (const { main, ghost } of series.values()) {
      const steps = main.view('step')
      const attempts = main.view('attempt')
      let from = steps.length
      while (from > 0 && (steps[from - 1] as number) >= step) from--
      let to = from
      while (to < steps.length && (attempts[to] as number) < attempt) to++
      for (const point of main.cut(from, to)) ghost.add(point)
    }
  }

  function known(key: string, step: number, attempt: number): Point | undefined {
    const main = series.get(key)?.main
    if (!main) return undefined
    const steps = main.view('step')
    const index = lowerBound(steps, step)
    if (steps[index] !== step) return undefined
    const point = main.at(index)
    return point.attempt === attempt ? point : undefined
  }

  function isDoneAgain({ attempt, step }: Point): boolean {
    for (const [later, first] of firstSteps) if (later > attempt && first <= step) return true
    return false
  }

  function add(key: string, point: Point) {
    const one = seriesOf(key)
    if (!one) return
    noteAttempt(point.attempt, point.step)
    const column = isDoneAgain(point) ? one.ghost : one.main
    column.add(point)
  }

  return {
    addMetrics({ step, epoch, attempt, at, values }: LiveMetrics) {
      for (const [key, raw] of Object.entries(values)) {
        const value = finite(raw)
        add(
          key,
          spanned({ step, epoch, attempt, at, value, low: value, high: value }, known(key, step, attempt))
        )
      }
      version++
    },
    /** What the server keeps, together with what is here. */
    addHistory(history: MetricSeries) {
      for (const { key, points } of history.series) {
        for (const point of points) {
          const before = known(key, point.step, point.attempt)
          add(key, spanned(fromHistory(point), before))
        }
      }
      version++
    },
    /** A part of the curves in finer detail takes the place of what stood there. */
    refine(history: MetricSeries, fromStep: number, toStep: number) {
      for (const { key, points } of history.series) {
        const fine = points.map(fromHistory)
        const main = series.get(key)?.main
        if (main && fine.length > 0) {
          const steps = main.view('step')
          main.cut(lowerBound(steps, fromStep), lowerBound(steps, toStep + 1))
        }
        for (const point of fine) add(key, point)
      }
      version++
    },
    /** Whether a curve has points in this range that stand for several. */
    isThinned(fromStep: number, toStep: number): boolean {
      for (const { main } of series.values()) {
        const steps = main.view('step')
        const low = main.view('low')
        const high = main.view('high')
        const end = lowerBound(steps, toStep + 1)
        for (let i = lowerBound(steps, fromStep); i < end; i++) {
          if ((low[i] as number) < (high[i] as number)) return true
        }
      }
      return false
    },
    clear() {
      series.clear()
      firstSteps.clear()
      version++
    },
    get: (key: string) => series.get(key),
    keys: () => [...series.keys()].sort(),
    version: () => version,
    /** Tells those who read; called once a flush, not once a point. */
    notify() {
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}

/** Only numbers reach the columns: everything else is a gap. */
const finite = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN

type HistoryPoint = MetricSeries['series'][number]['points'][number]

function fromHistory({ step, epoch, attempt, at: time, value: raw, min, max }: HistoryPoint): Point {
  const value = finite(raw)
  const at = time === null ? Number.NaN : Date.parse(time)
  return { step, epoch, attempt, at, value, low: min ?? value, high: max ?? value }
}

/** A point that stood for others goes on standing for them. */
function spanned(point: Point, before: Point | undefined): Point {
  if (!before) return point
  return { ...point, low: least(point.low, before.low), high: greatest(point.high, before.high) }
}
