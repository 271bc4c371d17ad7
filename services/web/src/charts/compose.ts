import type { ChartSeries, Domain } from './chart-series.ts'
import { type Joined, join } from './join.ts'
import { bestMarker, type Marker, seams, valueMarkers } from './markers.ts'
import { createSmoother, type Smoother } from './smooth.ts'
import { type Line, thin } from './thin.ts'
import type { LineLook } from './uplot-adapter.ts'

export type View = { smooth: number; logScale: boolean; domain: Domain; pixels: number }
export type Composer = ReturnType<typeof createComposer>

/** The raw line behind a smoothed one. */
const FAINT = 0.3
const GHOST = 0.35

/** How many lines there are and how they look: while this stays the same, only data changes. */
export const looksOf = (series: readonly ChartSeries[], smooth: number): LineLook[] =>
  series.flatMap(({ label, colour, dashed, ghost }): LineLook[] => {
    if (ghost) return [{ label, colour, dashed: true, opacity: GHOST, width: 1 }]
    if (smooth === 0) return [{ label, colour, dashed }]
    return [
      { label, colour, dashed, opacity: FAINT, width: 1 },
      { label, colour, dashed, width: 2 }
    ]
  })

/** Makes of series what is drawn, and keeps what was smoothed. */
export function createComposer() {
  const smoothers = new Map<string, Smoother>()

  function linesOf(series: ChartSeries, { smooth, logScale, domain, pixels }: View): Line[] {
    const range = { from: domain.from, to: domain.to, pixels, positive: logScale }
    const raw = thin({ ...series, ...range })
    if (smooth === 0 || series.ghost) return [raw]
    const smoother = smoothers.get(series.key) ?? createSmoother()
    smoothers.set(series.key, smoother)
    const y = smoother(series.y, smooth, series.revision ?? 0)
    return [raw, thin({ x: series.x, y, ...range })]
  }

  return function compose(
    series: readonly ChartSeries[],
    view: View
  ): { joined: Joined; markers: readonly Marker[] } {
    const joined = join(series.flatMap((one) => linesOf(one, view)))
    const curves = series.filter(({ ghost }) => !ghost)
    const range = { ...view.domain, pixels: view.pixels }
    const markers: Marker[] = curves.flatMap((one) => valueMarkers(one, range, view.logScale))
    // Attempts are the job's, so the curve with most points tells them best.
    const longest = curves.toSorted((a, b) => b.x.length - a.x.length)[0]
    if (longest) markers.push(...seams(longest))
    for (const one of curves) {
      const best = one.direction && bestMarker(one, one.direction)
      if (best) markers.push(best)
    }
    return { joined, markers }
  }
}
