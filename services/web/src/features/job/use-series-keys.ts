import { useSyncExternalStore } from 'react'
import type { SeriesStore } from '../../live/series-store.ts'

/** The names of a job's curves; renders only when there is a new one. */
export function useSeriesKeys(store: SeriesStore): readonly string[] {
  const text = useSyncExternalStore(store.subscribe, () => store.keys().join('\n'))
  return text === '' ? [] : text.split('\n')
}
