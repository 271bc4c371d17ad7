import UPlot from 'uplot'
import type { Joined } from './join.ts'
import type { Marker } from './markers.ts'
import { drawMarkers } from './paint-markers.ts'
import type { Palette } from './palette.ts'

/** How one line looks. `colour` counts from 0; from the ninth line on colours repeat, dashed. */
export type LineLook = { label: string; colour: number; opacity?: number; dashed?: boolean; width?: number }
export type PlotOptions = {
  container: HTMLElement
  looks: readonly LineLook[]
  palette: Palette
  logScale: boolean
  /** Cursors of plots with the same key move together. */
  syncKey?: string
  formatX: (value: number) => string
  formatY: (value: number) => string
  onZoom: (from: number, to: number) => void
  onCursor: (x: number | undefined) => void
  /** A press that was no drag. */
  onPress: (x: number) => void
  increments?: number[]
}
export type Plot = ReturnType<typeof createPlot>

const COLOURS = 8
const DASH = [6, 4]
/** Pixels from which on a press is a drag. */
const DRAG = 4

/** The only place that knows uPlot. Gaps come as `null`, places of other lines as `undefined`. */
export function createPlot(options: PlotOptions) {
  const { container, palette, logScale, syncKey, formatX, formatY } = options
  let markers: readonly Marker[] = []
  let domain: [number, number] = [0, 1]

  const axis = {
    stroke: palette.muted,
    font: palette.font,
    grid: { stroke: palette.line, width: 1 },
    ticks: { stroke: palette.line, width: 1, size: 4 }
  }
  const plot = new UPlot(
    {
      width: Math.max(120, container.clientWidth),
      height: Math.max(120, container.clientHeight),
      legend: { show: false },
      padding: [12, 22, 0, 0],
      cursor: {
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        ...(syncKey === undefined ? {} : { sync: { key: syncKey, setSeries: false } })
      },
      scales: {
        x: { time: false, range: () => domain },
        y: logScale ? { distr: 3, range: logRange } : { range: linearRange }
      },
      axes: [
        {
          ...axis,
          size: 28,
          values: (_plot, ticks) => ticks.map(formatX),
          ...(options.increments && { incrs: options.increments })
        },
        {
          ...axis,
          size: 64,
          values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : formatY(tick)))
        }
      ],
      series: [{}, ...options.looks.map((look) => seriesOf(look, palette))],
      hooks: {
        draw: [(drawn) => drawMarkers(drawn, markers, palette)],
        setSelect: [
          (drawn) => {
            const { left, width } = drawn.select
            if (width < DRAG) return
            options.onZoom(drawn.posToVal(left, 'x'), drawn.posToVal(left + width, 'x'))
            drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          }
        ],
        setCursor: [
          (drawn) => {
            const { left } = drawn.cursor
            options.onCursor(left == null || left < 0 ? undefined : drawn.posToVal(left, 'x'))
          }
        ]
      }
    },
    [[], ...options.looks.map(() => [])],
    container
  )

  let pressedAt = 0
  plot.over.addEventListener('pointerdown', ({ clientX }) => {
    pressedAt = clientX
  })
  plot.over.addEventListener('click', ({ clientX }) => {
    if (Math.abs(clientX - pressedAt) >= DRAG) return
    options.onPress(plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x'))
  })

  return {
    draw(joined: Joined, from: number, to: number, newMarkers: readonly Marker[]) {
      markers = newMarkers
      domain = from < to ? [from, to] : [from - 0.5, from + 0.5]
      plot.setData([joined.x, ...joined.ys], true)
    },
    resize() {
      const width = Math.max(120, container.clientWidth)
      const height = Math.max(120, container.clientHeight)
      if (width !== plot.width || height !== plot.height) plot.setSize({ width, height })
    },
    /** Columns of the drawing itself, in device pixels. */
    pixels: () => Math.max(50, Math.round(plot.bbox.width)),
    /** Shows the cursor at this x; from the keyboard. */
    moveCursor(x: number | undefined) {
      const left = x === undefined ? -10 : plot.valToPos(x, 'x')
      plot.setCursor({ left, top: x === undefined ? -10 : plot.over.clientHeight / 2 })
    },
    canvas: () => plot.ctx.canvas,
    destroy: () => plot.destroy()
  }
}

function seriesOf({ label, colour, opacity = 1, dashed, width = 1.5 }: LineLook, palette: Palette) {
  return {
    label,
    width,
    stroke: palette.series[colour % COLOURS],
    alpha: opacity,
    dash: dashed || colour >= COLOURS ? DASH : undefined,
    spanGaps: false,
    points: { show: pointsWhereFew, size: 5, fill: palette.series[colour % COLOURS] }
  }
}

/** A point between two gaps would be no line: few points are shown as dots as well. */
function pointsWhereFew(plot: UPlot, index: number): boolean {
  const values = plot.data[index]
  if (!values) return false
  let known = 0
  for (const value of values) if (value != null && ++known > 24) return false
  return true
}

/** A little air above and below; a constant gets room on both sides. */
function linearRange(_plot: UPlot, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null) return [0, 1]
  const air = (most - least) * 0.06 || Math.abs(most) * 0.1 || 1
  return [least - air, most + air]
}

function logRange(_plot: UPlot, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || most <= 0) return [0.1, 1]
  const low = Math.max(least, most / 1e12)
  const air = Math.max(1.1, (most / low) ** 0.06)
  return [low / air, most * air]
}
