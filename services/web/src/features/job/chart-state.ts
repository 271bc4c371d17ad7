import type { Domain } from '../../charts/chart-series.ts'

export type XAxis = 'step' | 'epoch' | 'time'
/** How the charts of a job look; all of it is in the address, so a link shows the same. */
export type ChartState = {
  smooth: number
  log: boolean
  x: XAxis
  zoom: Domain | undefined
  /** Panels that stand first, in this order. */
  pinned: readonly string[]
  /** Keys of lines that are not drawn. */
  hidden: readonly string[]
  /** A step that somebody points at. */
  mark: number | undefined
}

const MOST_SMOOTH = 0.99
const MOST_NAMES = 50
const AXES: readonly XAxis[] = ['step', 'epoch', 'time']

export function readChartState(params: URLSearchParams): ChartState {
  const smooth = Number(params.get('smooth') ?? 0)
  const x = AXES.find((axis) => axis === params.get('x')) ?? 'step'
  return {
    smooth: Number.isFinite(smooth) ? Math.min(MOST_SMOOTH, Math.max(0, smooth)) : 0,
    log: params.get('log') === '1',
    x,
    zoom: readZoom(params.get('zoom')),
    pinned: (params.get('pin') ?? '').split(',').filter(Boolean).slice(0, MOST_NAMES),
    hidden: [...new Set(params.getAll('hide').filter(Boolean))].slice(0, MOST_NAMES),
    mark: readMark(params.get('mark'))
  }
}

const readMark = (text: string | null) => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined)

/** `from~to`; anything else is no zoom. */
function readZoom(text: string | null): Domain | undefined {
  const parts = text?.split('~') ?? []
  const [from, to] = parts.map(Number)
  if (parts.length !== 2 || parts.includes('')) return undefined
  if (from === undefined || to === undefined || !Number.isFinite(from) || !Number.isFinite(to))
    return undefined
  return from < to ? { from, to } : undefined
}

/** The address with these changes; what is as usual is left out of it. */
export function writeChartState(params: URLSearchParams, changes: Partial<ChartState>): URLSearchParams {
  // A range of steps is no range of epochs.
  const fresh = changes.x === undefined ? changes : { ...changes, zoom: undefined }
  const state = { ...readChartState(params), ...fresh }
  const next = new URLSearchParams(params)
  const set = (key: string, value: string | undefined) =>
    value === undefined ? next.delete(key) : next.set(key, value)
  set('smooth', state.smooth === 0 ? undefined : String(Number(state.smooth.toFixed(2))))
  set('log', state.log ? '1' : undefined)
  set('x', state.x === 'step' ? undefined : state.x)
  set('zoom', state.zoom && `${short(state.zoom.from)}~${short(state.zoom.to)}`)
  set('pin', state.pinned.length === 0 ? undefined : state.pinned.join(','))
  set('mark', state.mark === undefined ? undefined : String(state.mark))
  next.delete('hide')
  for (const key of state.hidden) next.append('hide', key)
  return next
}

const short = (value: number) => String(Number(value.toPrecision(12)))
