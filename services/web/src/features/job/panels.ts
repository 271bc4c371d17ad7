import type { ChartSeries } from '../../charts/chart-series.ts'
import type { SeriesStore } from '../../live/series-store.ts'
import type { Axis } from './axis.ts'

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
export function seriesOf(store: SeriesStore, panel: Panel, axis: Axis, best: Best): ChartSeries[] {
  const others = panel.keys.filter((key) => rankOf(key) === SPLITS.length)
  return panel.keys
    .flatMap((key): ChartSeries[] => {
      const one = store.get(key)
      if (!one) return []
      const colour = rankOf(key) < SPLITS.length ? rankOf(key) : SPLITS.length + others.indexOf(key)
      const label = splitOf(key) || key
      const direction = best?.key === key ? best.direction : undefined
      const main = { key, label, colour, direction, ...axis.places(one.main) }
      if (one.ghost.length() === 0) return [main]
      return [{ key: `${key} before`, label, colour, ghostOf: key, ...axis.places(one.ghost) }, main]
    })
    .sort((a, b) => Number(b.ghostOf !== undefined) - Number(a.ghostOf !== undefined))
}
