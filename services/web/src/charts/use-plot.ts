import { type RefObject, useEffect, useRef } from 'react'
import { type ChartSource, type Domain, fullDomain, visibleOf } from './chart-series.ts'
import { createComposer, looksOf } from './compose.ts'
import { frames } from './frames.ts'
import type { Marker } from './markers.ts'
import { onThemeChange, readPalette } from './palette.ts'
import { createPlot, type Plot } from './uplot-adapter.ts'

export type Mark = { x: number; label: string }
export type PlotProps = {
  source: ChartSource
  smooth: number
  logScale: boolean
  /** Undefined: all there is. */
  xDomain?: Domain
  cursorSync?: string
  /** A place that somebody marked, with what is written there; a new function when it is another one. */
  mark?: () => Mark | undefined
  /** Keys of lines that are not drawn, and of the one that stands out. */
  hidden: readonly string[]
  lifted?: string
  /** Places of the ticks may be this far apart; for units that do not count in tens. */
  increments?: number[]
  formatX: (value: number) => string
  formatY: (value: number) => string
  onZoom: (domain: Domain) => void
  onCursor: (x: number | undefined) => void
  /** A place was pressed. */
  onPress?: (x: number) => void
}
export type PlotHandle = {
  moveCursor: (x: number | undefined) => void
  canvas: () => HTMLCanvasElement | undefined
}

/** Draws a source into an element: as scheduled, when it is visible, anew when its looks or the theme change. */
export function usePlot(element: RefObject<HTMLElement | null>, props: PlotProps): RefObject<PlotHandle> {
  const { source, smooth, logScale, cursorSync } = props
  const latest = useRef(props)
  const redraw = useRef<() => void>(undefined)
  const handle = useRef<PlotHandle>({ moveCursor: () => undefined, canvas: () => undefined })
  const { from, to } = props.xDomain ?? {}
  const hidden = props.hidden.join('\n')

  useEffect(() => {
    latest.current = props
  })
  useEffect(() => redraw.current?.(), [from, to, hidden, props.lifted, props.mark])

  useEffect(() => {
    const container = element.current
    if (!container) return
    const compose = createComposer()
    let plot: Plot | undefined
    let drawnLooks = ''
    let visible = false

    function rebuild(looks: ReturnType<typeof looksOf>) {
      plot?.destroy()
      const { formatX, formatY, increments } = latest.current
      plot = createPlot({
        container: container as HTMLElement,
        looks,
        palette: readPalette(),
        logScale,
        syncKey: cursorSync,
        formatX,
        formatY,
        increments,
        onZoom: (zoomFrom, zoomTo) => latest.current.onZoom({ from: zoomFrom, to: zoomTo }),
        onCursor: (x) => latest.current.onCursor(x),
        onPress: (x) => latest.current.onPress?.(x)
      })
    }

    function draw() {
      const all = source.read()
      const series = visibleOf(all, latest.current.hidden)
      const looks = looksOf(series, smooth, latest.current.lifted)
      const key = JSON.stringify(looks)
      if (!plot || key !== drawnLooks) rebuild(looks)
      drawnLooks = key
      const domain = latest.current.xDomain ?? source.domain?.() ?? fullDomain(all) ?? { from: 0, to: 1 }
      const view = { smooth, logScale, domain, pixels: plot?.pixels() ?? 0 }
      const { joined, markers } = compose(series, view)
      const mark = latest.current.mark?.()
      const shown: Marker[] = mark ? [...markers, { kind: 'mark', ...mark }] : [...markers]
      plot?.draw(joined, domain.from, domain.to, shown)
    }

    const scheduled = frames.add({ isVisible: () => visible, draw })
    redraw.current = scheduled.requestNow
    handle.current = { moveCursor: (x) => plot?.moveCursor(x), canvas: () => plot?.canvas() }
    const unsubscribe = source.subscribe(scheduled.request)
    // Drawn a little before it is scrolled into view.
    const seen = new IntersectionObserver(
      (entries) => {
        visible = entries.at(-1)?.isIntersecting ?? false
        if (visible) scheduled.requestNow()
      },
      { rootMargin: '200px' }
    )
    seen.observe(container)
    const sized = new ResizeObserver(() => {
      plot?.resize()
      scheduled.requestNow()
    })
    sized.observe(container)
    const unwatchTheme = onThemeChange(() => {
      drawnLooks = ''
      scheduled.requestNow()
    })
    return () => {
      scheduled.remove()
      unsubscribe()
      seen.disconnect()
      sized.disconnect()
      unwatchTheme()
      redraw.current = undefined
      plot?.destroy()
    }
  }, [element, source, smooth, logScale, cursorSync])

  return handle
}
