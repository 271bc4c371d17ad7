import type { ChartSeries, Domain } from '../../charts/chart-series.ts'
import type { Columns } from '../../live/columns.ts'
import type { SeriesStore } from '../../live/series-store.ts'
import type { XAxis } from './chart-state.ts'

export type Panel = { name: string; keys: readonly string[] }

/** Loss first, whatever else there is by name; pinned ones before all. */
export function panelsOf(keys: readonly string[], pinned: readonly string[] = []): Panel[] {
  const byName = Map.groupBy(keys, (key) => key.slice(key.indexOf('/') + 1))
  const rank = (name: string) => {
    const place = pinned.indexOf(name)
    if (place >= 0) return place - pinned.length
    return name === 'loss' ? 0 : 1
  }
  return [...byName]
    .map(([name, all]) => ({ name, keys: all.toSorted(bySplit) }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
}

/** Train is the first colour and validation the second, wherever they appear. */
const SPLITS = ['train', 'validation', 'test']
const splitOf = (key: string) => (key.includes('/') ? key.slice(0, key.indexOf('/')) : '')
const rankOf = (key: string) => {
  const rank = SPLITS.indexOf(splitOf(key))
  return rank < 0 ? SPLITS.length : rank
}
const bySplit = (a: string, b: string) => rankOf(a) - rankOf(b) || a.localeCompare(b)

type Best = { key: string; direction: 'min' | 'max' } | undefined

/** A panel's lines as they are now: ghosts first, so that what counts lies above them. */
export function seriesOf(store: SeriesStore, panel: Panel, axis: XAxis, best: Best): ChartSeries[] {
  const others = panel.keys.filter((key) => rankOf(key) === SPLITS.length)
  return panel.keys
    .flatMap((key): ChartSeries[] => {
      const one = store.get(key)
      if (!one) return []
      const colour = rankOf(key) < SPLITS.length ? rankOf(key) : SPLITS.length + others.indexOf(key)
      const label = splitOf(key) || key
      const direction = best?.key === key ? best.direction : undefined
      const main = { key, label, colour, direction, ...columnsOf(one.main, axis) }
      if (one.ghost.length() === 0) return [main]
      return [{ key: `${key} before`, label, colour, ghost: true, ...columnsOf(one.ghost, axis) }, main]
    })
    .sort((a, b) => Number(b.ghost ?? false) - Number(a.ghost ?? false))
}

/** From the first to the last point of any curve. */
export function domainOf(store: SeriesStore, axis: XAxis): Domain | undefined {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const key of store.keys()) {
    const main = store.get(key)?.main
    if (!main || main.length() === 0) continue
    const column = main.view(axis)
    // The first epoch begins at 0.
    from = Math.min(from, axis === 'epoch' ? (column[0] as number) - 1 : (column[0] as number))
    to = Math.max(to, column.at(-1) as number)
  }
  return from <= to ? { from, to } : undefined
}

function columnsOf(columns: Columns, axis: XAxis) {
  const plain = {
    y: columns.view('value'),
    low: columns.view('low'),
    high: columns.view('high'),
    attempt: columns.view('attempt'),
    revision: columns.revision()
  }
  if (axis === 'step') return { ...plain, x: columns.view('step') }
  return { ...plain, x: epochsOf(columns) }
}

/**
 * Epochs as a line needs them: within an epoch, points stand where their steps do. The number that a point carries is
 * the epoch it belongs to, so the end of epoch 3 is at 3.
 */
function epochsOf(columns: Columns): Float64Array {
  const epoch = columns.view('epoch')
  const step = columns.view('step')
  const x = new Float64Array(epoch.length)
  let before = 0
  for (let start = 0; start < epoch.length; ) {
    let end = start
    while (end < epoch.length && epoch[end] === epoch[start]) end++
    const last = step[end - 1] as number
    const now = epoch[start] as number
    for (let i = start; i < end; i++) {
      const share = last > before ? ((step[i] as number) - before) / (last - before) : 1
      x[i] = now - 1 + share
    }
    before = last
    start = end
  }
  return x
}
