import { useQueries } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import type { Job, MetricSeries } from '@trainyard/contracts/training'
import { jobQuery, metricsQuery } from '../../api/jobs.ts'

/** What is known of one of the runs that the address names. */
export type Run = {
  id: string
  /** Its place among the runs: colour and column follow from it. */
  index: number
  job: Job | undefined
  series: MetricSeries['series']
  /** Deleted, somebody else's, or never there. */
  missing: boolean
  error: unknown
  retry: () => void
}

/** Enough for a chart some 1,200 pixels wide; a zoomed one asks for no more. */
const POINTS = 1_000

export function useRuns(ids: readonly string[]): Run[] {
  const jobs = useQueries({ queries: ids.map((id) => jobQuery(id)) })
  const metrics = useQueries({ queries: ids.map((id) => metricsQuery(id, { max_points: POINTS })) })
  return ids.map((id, index) => {
    const [job, series] = [jobs[index], metrics[index]]
    const missing = job?.error instanceof ApiError && job.error.status === 404
    const retry = () => {
      void job?.refetch()
      void series?.refetch()
    }
    return {
      id,
      index,
      job: missing ? undefined : job?.data,
      series: missing ? [] : (series?.data?.series ?? []),
      missing,
      error: missing ? undefined : (job?.error ?? series?.error ?? undefined),
      retry
    }
  })
}
