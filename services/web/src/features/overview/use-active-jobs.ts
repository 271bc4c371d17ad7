import { useInfiniteQuery } from '@tanstack/react-query'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job, JobState } from '@trainyard/contracts/training'
import { jobsQuery } from '../../api/jobs.ts'

/** As many as one page of a list may have. */
const LIMIT = 100
const ORDER: JobState[] = ['running', 'stopping', 'queued']

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

/** Each job once, as its newest reading has it; what has finished is left out. */
export function activeJobs(readings: readonly Job[]): Job[] {
  const jobs = new Map<string, Job>()
  for (const job of readings) {
    const other = jobs.get(job.id)
    if (!other || other.last_seq < job.last_seq) jobs.set(job.id, job)
  }
  const rank = ({ state }: Job) => ORDER.indexOf(state)
  return [...jobs.values()].filter(({ state }) => !isTerminal(state)).sort((a, b) => rank(a) - rank(b))
}
