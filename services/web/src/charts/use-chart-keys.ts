import type { KeyboardEvent } from 'react'
import { lowerBound } from '../live/lower-bound.ts'
import type { ChartSeries, Domain } from './chart-series.ts'

type Options = {
  domain: Domain | undefined
  curves: readonly ChartSeries[]
  cursor: number | undefined
  moveCursor: (x: number | undefined) => void
  zoom: (domain: Domain | undefined) => void
  /** Marks the place of the cursor, where places can be marked. */
  mark?: (x: number) => void
  toggleTable: () => void
}

const ZOOM = 0.5

/** Keys on a focused chart: arrows along the points, + and − around the cursor, Escape for all, m to mark, t for the table. */
export function useChartKeys({ domain, curves, cursor, moveCursor, zoom, mark, toggleTable }: Options) {
  const line = curves.toSorted((a, b) => b.x.length - a.x.length)[0]

  function along(by: number) {
    if (!line || line.x.length === 0 || !domain) return
    const from = lowerBound(line.x, domain.from)
    const to = Math.max(from, lowerBound(line.x, domain.to + Number.EPSILON * Math.abs(domain.to)) - 1)
    const now = cursor === undefined ? (by > 0 ? from - 1 : to + 1) : nearest(line.x, cursor)
    // A long line is walked in a hundred steps.
    const stride = Math.max(1, Math.round((to - from) / 100))
    moveCursor(line.x[Math.min(to, Math.max(from, now + by * stride))])
  }

  function around(factor: number) {
    if (!domain) return
    const centre = cursor ?? (domain.from + domain.to) / 2
    const next = {
      from: centre - (centre - domain.from) * factor,
      to: centre + (domain.to - centre) * factor
    }
    zoom(next.to - next.from > 0 ? next : undefined)
  }

  const actions: Record<string, () => void> = {
    ArrowRight: () => along(1),
    ArrowLeft: () => along(-1),
    '+': () => around(ZOOM),
    '=': () => around(ZOOM),
    '-': () => around(1 / ZOOM),
    Escape: () => zoom(undefined),
    ...(mark && cursor !== undefined && { m: () => mark(cursor) }),
    t: toggleTable
  }
  return (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action()
  }
}

function nearest(x: Float64Array, value: number): number {
  const after = Math.min(lowerBound(x, value), x.length - 1)
  const before = Math.max(0, after - 1)
  return value - (x[before] as number) < (x[after] as number) - value ? before : after
}
