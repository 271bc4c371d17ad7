import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { metricsQuery } from '../../api/jobs.ts'
import type { JobSession } from '../../live/job-session.ts'
import type { ChartState } from './chart-state.ts'

const POINTS = 4_000

/** A zoom into thinned curves fetches its range again, in as fine a detail as there is. */
export function useFineRange(session: JobSession, { x, zoom }: ChartState) {
  const from = Math.max(0, Math.floor(zoom?.from ?? 0))
  const to = Math.max(0, Math.ceil(zoom?.to ?? 0))
  const wanted = zoom !== undefined && x === 'step' && to > from && session.series.isThinned(from, to)
  const fine = useQuery({
    ...metricsQuery(session.jobId, { from_step: from, to_step: to, max_points: POINTS }),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY
  })
  const { data } = fine
  useEffect(() => {
    if (!data || !wanted) return
    session.series.refine(data, from, to)
    session.series.notify()
  }, [data, wanted, session, from, to])
}
