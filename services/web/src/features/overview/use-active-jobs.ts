import { useInfiniteQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { jobsQuery } from '../../api/jobs.ts'
import { activeJobs } from './active-jobs.ts'

/** As many as one page of a list may have. */
const LIMIT = 100

/**
 * Every job that is not finished, the running ones first. Asked for by state, because a long one may have been made
 * before many short ones that are finished; of `newest` those count that a list by state has not got yet.
 */
export function useActiveJobs(newest: readonly Job[]): { active: Job[]; isMore: boolean } {
  const running = useInfiniteQuery(jobsQuery({ state: 'running', limit: LIMIT }))
  const stopping = useInfiniteQuery(jobsQuery({ state: 'stopping', limit: LIMIT }))
  const queued = useInfiniteQuery(jobsQuery({ state: 'queued', limit: LIMIT }))
  const lists = [running, stopping, queued]
  const known = lists.flatMap(({ data }) => data?.pages.flatMap(({ items }) => items) ?? [])
  return { active: activeJobs([...newest, ...known]), isMore: lists.some(({ hasNextPage }) => hasNextPage) }
}
