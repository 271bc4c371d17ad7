import { useQueries } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job, MetricSeries } from '@trainyard/contracts/training'
import { useEffect, useRef } from 'react'
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
/** Curves of runs that go on are read again this often, thinned by the server; numbers come live. */
const CURVES_MS = 4_000

const goesOn = (job: Job | undefined) => job !== undefined && !isTerminal(job.state)

export function useRuns(ids: readonly string[]): Run[] {
  const jobs = useQueries({ queries: ids.map((id) => jobQuery(id)) })
  const metrics = useQueries({
    queries: ids.map((id, i) => ({
      ...metricsQuery(id, { max_points: POINTS }),
      refetchInterval: goesOn(jobs[i]?.data) ? CURVES_MS : (false as const)
    }))
  })
  const runs = ids.map((id, index) => {
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
  useLastReading(runs)
  return runs
}

/** What a run's last event does not say, its test scores and the end of its curves, is read once when it has ended. */
function useLastReading(runs: Run[]) {
  const live = useRef(new Set<string>())
  useEffect(() => {
    for (const { id, job, retry } of runs) {
      if (goesOn(job)) live.current.add(id)
      else if (job && live.current.delete(id)) retry()
    }
  }, [runs])
}
