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
/** All lines but the lifted one. */
const BACK = 0.15

/** How many lines there are and how they look: while this stays the same, only data changes. `lifted` is the key of the one that stands out. */
export const looksOf = (series: readonly ChartSeries[], smooth: number, lifted?: string): LineLook[] => {
  const someLifted = series.some(({ key }) => key === lifted)
  return series.flatMap(({ key, label, colour, dashed, ghostOf }): LineLook[] => {
    const back = someLifted && (ghostOf ?? key) !== lifted ? { opacity: BACK, width: 1 } : {}
    if (ghostOf !== undefined) return [{ label, colour, dashed: true, opacity: GHOST, width: 1, ...back }]
    const width = key === lifted ? 3 : smooth === 0 ? undefined : 2
    const line = { label, colour, dashed, width, ...back }
    return smooth === 0 ? [line] : [{ label, colour, dashed, opacity: FAINT, width: 1, ...back }, line]
  })
}

/** Makes of series what is drawn, and keeps what was smoothed. */
export function createComposer() {
  const smoothers = new Map<string, Smoother>()

  function linesOf(series: ChartSeries, { smooth, logScale, domain, pixels }: View): Line[] {
    const range = { from: domain.from, to: domain.to, pixels, positive: logScale }
    const raw = thin({ ...series, ...range })
    if (smooth === 0 || series.ghostOf !== undefined) return [raw]
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
    const curves = series.filter(({ ghostOf }) => ghostOf === undefined)
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
