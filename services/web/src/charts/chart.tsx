import { Download, EllipsisVertical, Image, Table2, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { plain } from '../format/numbers.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import {
  type ChartSeries,
  type ChartSource,
  type Domain,
  fixedSource,
  fullDomain,
  visibleOf
} from './chart-series.ts'
import { DataTable } from './data-table.tsx'
import { Legend } from './legend.tsx'
import { saveCsv, savePng } from './save.ts'
import { summaryOf } from './summary.ts'
import { csvOf } from './table.ts'
import { useChartKeys } from './use-chart-keys.ts'
import { type Mark, usePlot } from './use-plot.ts'

export type ChartProps = {
  title: string
  /** Lines that do not change by themselves, or a source that live numbers come from. */
  series?: readonly ChartSeries[]
  source?: ChartSource
  smooth?: number
  logScale?: boolean
  /** Undefined: all there is. */
  xDomain?: Domain
  /** Undefined asks for all. */
  onZoom?: (domain: Domain | undefined) => void
  /** Cursors of charts with the same key move together. */
  cursorSync?: string
  /** Keys of lines that are not drawn, and how to change that. */
  hidden?: readonly string[]
  onToggleLine?: (key: string) => void
  /** Key of the line that stands out; without `onLift` it is what the legend points at. */
  lifted?: string
  onLift?: (key: string | undefined) => void
  /** A marked place, a new function when it is another one; `onMark` gives what was pressed. */
  mark?: () => Mark | undefined
  onMark?: (x: number) => void
  xLabel?: string
  /** Ticks may be this far apart, for units that do not count in tens. */
  increments?: number[]
  formatX?: (value: number) => string
  /** Of the legend's numbers. */
  digits?: number
  /** More items for the chart's menu. */
  menu?: ReactNode
  fileName?: string
  className?: string
}

const NONE: readonly string[] = []
/** How often words and the legend follow live lines; the drawing follows by itself. */
const WORDS_MS = 500

/** A figure: lines, their names and values, words for those who do not see it, and the same numbers as a table. */
export function Chart(props: ChartProps) {
  const { title, smooth = 0, logScale = false, xDomain, onZoom, cursorSync, xLabel = 'step' } = props
  const { formatX = plain, digits = 4, menu, fileName = title, className = 'h-64' } = props
  const { hidden = NONE, onToggleLine, onLift, mark, onMark, increments } = props
  const fixed = useMemo(() => fixedSource(props.series ?? []), [props.series])
  const source = props.source ?? fixed
  const element = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<number>()
  const [asTable, setAsTable] = useState(false)
  const [pointedAt, setPointedAt] = useState<string>()
  const lifted = onLift ? props.lifted : pointedAt
  const series = useSeriesNow(source)
  const words = useId()
  const plot = usePlot(element, {
    source,
    smooth,
    logScale,
    xDomain,
    cursorSync,
    hidden,
    lifted,
    mark,
    increments,
    formatX,
    formatY: plain,
    onZoom: (domain) => onZoom?.(domain),
    onCursor: setCursor,
    onPress: onMark
  })
  const all = series.filter(({ ghostOf }) => ghostOf === undefined)
  const curves = visibleOf(all, hidden)
  const keys = useChartKeys({
    domain: xDomain ?? source.domain?.() ?? fullDomain(series),
    curves,
    cursor,
    moveCursor: (x) => plot.current.moveCursor(x),
    zoom: (domain) => onZoom?.(domain),
    mark: onMark,
    toggleTable: () => setAsTable((shown) => !shown)
  })
  const isEmpty = curves.every(({ x }) => x.length === 0)
  const marked = mark?.()
  return (
    <figure aria-label={title} className="flex min-w-0 flex-col rounded-lg border border-line bg-surface">
      <figcaption className="flex min-h-10 items-center gap-x-4 gap-y-1 py-1 pr-1 pl-3">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4">
          <h3 className="font-semibold">{title}</h3>
          <Legend
            series={all}
            cursor={cursor}
            digits={digits}
            hidden={hidden}
            onToggle={onToggleLine}
            lifted={lifted}
            onLift={onLift ?? setPointedAt}
          />
        </div>
        {xDomain && onZoom && (
          <IconButton label="Show all (Esc)" onClick={() => onZoom(undefined)}>
            <ZoomOut aria-hidden="true" className="size-4" />
          </IconButton>
        )}
        <Menu
          trigger={
            <IconButton label={`Menu of ${title}`}>
              <EllipsisVertical aria-hidden="true" className="size-4" />
            </IconButton>
          }
        >
          {menu}
          {menu && <MenuSeparator />}
          <MenuItem
            icon={<Table2 aria-hidden="true" className="size-4" />}
            onSelect={() => setAsTable(!asTable)}
          >
            {asTable ? 'Show as lines (t)' : 'Show as table (t)'}
          </MenuItem>
          <MenuItem
            icon={<Image aria-hidden="true" className="size-4" />}
            disabled={isEmpty}
            onSelect={() => {
              const canvas = plot.current.canvas()
              if (canvas) savePng(canvas, fileName)
            }}
          >
            Save as PNG
          </MenuItem>
          <MenuItem
            icon={<Download aria-hidden="true" className="size-4" />}
            disabled={isEmpty}
            onSelect={() => saveCsv(csvOf(xLabel, curves, xDomain), fileName)}
          >
            Save as CSV
          </MenuItem>
        </Menu>
      </figcaption>
      <p id={words} className="sr-only">
        {curves.map((curve) => summaryOf(curve, formatX)).join('. ')}
        {marked && `. Marked: ${marked.label}`}
      </p>
      <div className={`relative ${className}`}>
        <div
          ref={element}
          role="application"
          aria-roledescription="chart"
          aria-label={`${title}; arrows move along it, plus and minus zoom, Escape shows all, ${onMark ? 'm marks, ' : ''}t shows a table`}
          aria-describedby={words}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart takes keys
          tabIndex={0}
          onKeyDown={(event: KeyboardEvent) => keys(event)}
          className="absolute inset-0 focus-visible:-outline-offset-2"
        />
        {isEmpty && (
          <p className="pointer-events-none absolute inset-0 flex items-center justify-center text-muted">
            {all.length > curves.length ? 'Every line is hidden' : 'No values yet'}
          </p>
        )}
        {asTable && (
          <div className="absolute inset-0 bg-surface">
            <DataTable caption={`${title} by ${xLabel}`} xLabel={xLabel} series={curves} domain={xDomain} />
          </div>
        )}
      </div>
    </figure>
  )
}

/** The lines for words and the legend, looked at a few times a second. */
function useSeriesNow(source: ChartSource): readonly ChartSeries[] {
  const [series, setSeries] = useState<readonly ChartSeries[]>(() => source.read())
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      timer = undefined
      setSeries([...source.read()])
    }
    look()
    const unsubscribe = source.subscribe(() => {
      timer ??= setTimeout(look, WORDS_MS)
    })
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [source])
  return series
}
