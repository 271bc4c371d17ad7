import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { DatasetQuery } from '@trainyard/contracts/dataset'
import { client } from './client.ts'

export type DatasetFilters = Omit<DatasetQuery, 'cursor'>
export const datasetKey = (id: string) => ['dataset', id] as const
export const datasetsKey = (filters: DatasetFilters) => ['datasets', filters] as const

export const datasetQuery = (id: string) =>
  queryOptions({ queryKey: datasetKey(id), queryFn: ({ signal }) => client.datasets.get(id, { signal }) })

/** Page by page; `data.pages[n].items`. */
export const datasetsQuery = (filters: DatasetFilters = {}) =>
  infiniteQueryOptions({
    queryKey: datasetsKey(filters),
    queryFn: ({ pageParam, signal }) => client.datasets.list({ ...filters, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined
  })

export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: [...datasetKey(id), 'preview'],
    queryFn: ({ signal }) => client.datasets.preview(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY
  })
