import type { Domain } from '../../charts/chart-series.ts'
import type { Brushes } from './facts.ts'
import { parseSelection } from './selection.ts'

export const VIEWS = ['overlay', 'scatter', 'parallel'] as const
export type ViewName = (typeof VIEWS)[number]
export const VIEW_WORDS: Record<ViewName, string> = {
  overlay: 'Curves',
  scatter: 'Scatter',
  parallel: 'Parallel coordinates'
}

/** How the runs are laid out, as the address says it; nonsense is the usual. */
export type CompareView = {
  view: ViewName
  zoom: Domain | undefined
  hidden: readonly string[]
  /** The run that stands out everywhere. */
  run: string | undefined
  /** Keys of the setting across and of the score upwards. */
  across: string | null
  score: string | null
  sort: string | null
  brushes: Brushes
}

const MOST_BRUSHES = 50

export function readView(params: URLSearchParams): CompareView {
  const { ids } = parseSelection(params)
  const known = (id: string | null) => ids.find((one) => one === id)
  return {
    view: VIEWS.find((one) => one === params.get('view')) ?? 'overlay',
    zoom: readRange(params.get('zoom')),
    hidden: params.getAll('hide').filter((id) => known(id) !== undefined),
    run: known(params.get('run')),
    across: params.get('across'),
    score: params.get('score'),
    sort: params.get('sort'),
    brushes: new Map(
      params
        .getAll('brush')
        .slice(0, MOST_BRUSHES)
        .flatMap((text) => {
          const end = text.lastIndexOf('=')
          const range = readRange(text.slice(end + 1))
          return end > 0 && range ? [[text.slice(0, end), range] as const] : []
        })
    )
  }
}

/** `from~to`, both finite; a single value is a range, too. */
function readRange(text: string | null): Domain | undefined {
  const parts = (text ?? '').split('~')
  const [from = Number.NaN, to = Number.NaN] = parts.map((part) =>
    part.trim() === '' ? Number.NaN : Number(part)
  )
  return parts.length === 2 && Number.isFinite(from) && Number.isFinite(to) && from <= to
    ? { from, to }
    : undefined
}

const short = (value: number) => String(Number(value.toPrecision(12)))
export const rangeText = ({ from, to }: Domain) => `${short(from)}~${short(to)}`

/** The address with the ranges of one axis changed; undefined takes them away. */
export function withBrush(params: URLSearchParams, key: string, range: Domain | undefined): URLSearchParams {
  const next = new URLSearchParams(params)
  const brushes = new Map(readView(params).brushes)
  if (range) brushes.set(key, range)
  else brushes.delete(key)
  next.delete('brush')
  for (const [name, one] of brushes) next.append('brush', `${name}=${rangeText(one)}`)
  return next
}

/** The address with a line hidden, or shown again. */
export function withHidden(params: URLSearchParams, id: string): URLSearchParams {
  const { hidden } = readView(params)
  const next = new URLSearchParams(params)
  next.delete('hide')
  for (const one of hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id])
    next.append('hide', one)
  return next
}

/** In words, what a copied link holds. */
export function compareHolds(params: URLSearchParams): string[] {
  const { ids } = parseSelection(params)
  const { view, zoom, hidden, run, brushes } = readView(params)
  const smooth = Number(params.get('smooth') ?? 0)
  return [
    ids.length > 0 && `${ids.length} runs and their base`,
    view !== 'overlay' && `the view ${VIEW_WORDS[view]}`,
    params.has('metric') && 'the metric',
    params.has('x') && `the axis by ${params.get('x')}`,
    zoom && 'the zoom',
    smooth > 0 && `smoothing ${smooth}`,
    params.get('log') === '1' && 'the log scale',
    hidden.length > 0 && (hidden.length === 1 ? 'a hidden line' : `${hidden.length} hidden lines`),
    brushes.size > 0 && 'the ranges',
    run !== undefined && 'the marked run'
  ].filter((one) => typeof one === 'string')
}
