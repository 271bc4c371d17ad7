import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { metricsQuery } from '../../api/jobs.ts'
import type { JobSession } from '../../live/job-session.ts'
import type { Axis } from './axis.ts'
import type { ChartState } from './chart-state.ts'

const POINTS = 4_000

/** A zoom into thinned curves fetches its range again, in as fine a detail as there is. */
export function useFineRange(session: JobSession, axis: Axis, { zoom }: ChartState) {
  const steps = zoom && axis.stepsIn(zoom)
  const from = Math.max(0, Math.floor(steps?.from ?? 0))
  const to = Math.max(0, Math.ceil(steps?.to ?? 0))
  const wanted = to > from && session.series.isThinned(from, to)
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
