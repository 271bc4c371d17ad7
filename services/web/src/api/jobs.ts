import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Job, JobQuery, LogsQuery, MetricsQuery } from '@trainyard/contracts/training'
import { newerJob } from '../live/merge-job.ts'
import { client } from './client.ts'

export type JobFilters = Omit<JobQuery, 'cursor'>
export const jobKey = (id: string) => ['job', id] as const
export const jobsKey = (filters: JobFilters) => ['jobs', filters] as const

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: jobKey(id),
    queryFn: ({ signal }) => client.training.get(id, { signal }),
    // A reading that was overtaken by live events must not undo them.
    structuralSharing: (known, read) => newerJob(known as Job | undefined, read as Job)
  })

/** Page by page; `data.pages[n].items`. */
export const jobsQuery = (filters: JobFilters = {}) =>
  infiniteQueryOptions({
    queryKey: jobsKey(filters),
    queryFn: ({ pageParam, signal }) => client.training.list({ ...filters, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined
  })

export const metricsQuery = (id: string, query: MetricsQuery = {}) =>
  queryOptions({
    queryKey: [...jobKey(id), 'metrics', query],
    queryFn: ({ signal }) => client.training.metrics(id, query, { signal })
  })

/** Events after `after`, 1,000 at most. */
export const eventsQuery = (id: string, after = 0) =>
  queryOptions({
    queryKey: [...jobKey(id), 'events', after],
    queryFn: ({ signal }) => client.training.events(id, { after }, { signal })
  })

export const logsQuery = (id: string, query: LogsQuery = {}) =>
  queryOptions({
    queryKey: [...jobKey(id), 'logs', query],
    queryFn: ({ signal }) => client.training.logs(id, query, { signal })
  })

export const artifactsQuery = (id: string) =>
  queryOptions({
    queryKey: [...jobKey(id), 'artifacts'],
    queryFn: ({ signal }) => client.training.artifacts(id, { signal })
  })
