import type { JobQuery, JobState } from '@trainyard/contracts/training'

export type Sort = NonNullable<JobQuery['sort']>
export type Filters = {
  state: JobState | undefined
  q: string
  tag: string | undefined
  sort: Sort
}

export const STATES: readonly JobState[] = ['running', 'queued', 'stopping', 'succeeded', 'failed', 'stopped']
export const NEWEST: Sort = '-created_at'
export const SORTS: readonly { value: Sort; label: string }[] = [
  { value: '-created_at', label: 'Newest first' },
  { value: 'created_at', label: 'Oldest first' },
  { value: '-finished_at', label: 'Last finished first' },
  { value: 'finished_at', label: 'First finished first' },
  { value: 'name', label: 'Name A–Z' },
  { value: '-name', label: 'Name Z–A' }
]
/** What the server takes of a filter's text. */
const MOST_Q = 200
const MOST_TAG = 64

/** From the address; what is not known there is as if it were not there, so that an old link still opens. */
export function filtersFrom(params: URLSearchParams): Filters {
  const tag = params.get('tag')?.trim().slice(0, MOST_TAG)
  return {
    state: STATES.find((state) => state === params.get('state')),
    q: (params.get('q') ?? '').slice(0, MOST_Q),
    tag: tag || undefined,
    sort: SORTS.find(({ value }) => value === params.get('sort'))?.value ?? NEWEST
  }
}

/** Into the address: what is as by default is left out, other parameters stay. */
export function withFilters(params: URLSearchParams, changes: Partial<Filters>): URLSearchParams {
  const { state, q, tag, sort } = { ...filtersFrom(params), ...changes }
  const next = new URLSearchParams(params)
  const put = (key: string, value: string | undefined) => {
    if (value) next.set(key, value)
    else next.delete(key)
  }
  put('state', state)
  put('q', q)
  put('tag', tag)
  put('sort', sort === NEWEST ? undefined : sort)
  return next
}

export const isFiltered = ({ state, q, tag }: Filters) =>
  state !== undefined || q.trim() !== '' || tag !== undefined

/** As the server is asked. */
export function queryOf({ state, q, tag, sort }: Filters): JobQuery {
  const text = q.trim()
  return { state, tag, sort, q: text === '' ? undefined : text }
}
