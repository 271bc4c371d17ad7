import { useEffect, useSyncExternalStore } from 'react'
import type { JobSession, JobSessionState } from './job-session.ts'
import { live } from './live.ts'

export type JobLive = JobSessionState & { session: JobSession }

/**
 * Follows a job as long as the component is there: state and progress go into the query cache under `['job', id]`,
 * numbers and lines into the session's stores.
 */
export function useJobLive(jobId: string): JobLive {
  useEffect(() => live.follow(jobId), [jobId])
  const session = live.session(jobId)
  const state = useSyncExternalStore(session.subscribe, session.get)
  return { ...state, session }
}
