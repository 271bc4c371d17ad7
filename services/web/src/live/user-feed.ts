import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { DatasetUpdate, JobUpdate } from '@trainyard/contracts/live'
import type { Job } from '@trainyard/contracts/training'
import { atMostEvery } from './at-most-every.ts'
import type { FlushClock } from './flush.ts'
import { mergeJob } from './merge-job.ts'

type JobPages = InfiniteData<{ items: Job[]; next_cursor: string | null }>
type Options = {
  queries: QueryClient
  clock: Pick<FlushClock, 'now' | 'setTimer'>
  /** A job that is followed by itself has its own, gapless stream. */
  isFollowed: (jobId: string) => boolean
}

/** Many jobs may start or stop at once: lists are read again at most this often. */
const LISTS_MS = 1_000

/** Leads the user feed into the query cache: states of jobs in place, datasets and new jobs by reading their lists again. */
export function createUserFeed({ queries, clock, isFollowed }: Options) {
  let waiting: JobUpdate[] = []
  const datasets = new Set<string>()
  const readJobs = atMostEvery(LISTS_MS, clock, () => void queries.invalidateQueries({ queryKey: ['jobs'] }))
  const readDatasets = atMostEvery(
    LISTS_MS,
    clock,
    () => void queries.invalidateQueries({ queryKey: ['datasets'] })
  )

  const isKnown = (pages: JobPages | undefined, id: string) =>
    pages?.pages.some(({ items }) => items.some((job) => job.id === id)) ?? false

  function foldJobs(updates: readonly JobUpdate[]) {
    for (const update of updates) {
      if (isFollowed(update.job_id)) continue
      queries.setQueryData<Job>(['job', update.job_id], (job) => job && mergeJob(job, update))
    }
    // Progress reaches lists through their live cells; only a state changes what a row says.
    const states = updates.filter(({ event }) => event === 'state')
    if (states.length === 0) return
    const byJob = Map.groupBy(states, ({ job_id }) => job_id)
    const lists = queries.getQueriesData<JobPages>({ queryKey: ['jobs'] })
    let unknown = false
    for (const [key, pages] of lists) {
      if (!pages?.pages) continue
      unknown ||= [...byJob.keys()].some((id) => !isKnown(pages, id))
      if (![...byJob.keys()].some((id) => isKnown(pages, id))) continue
      queries.setQueryData<JobPages>(key, {
        ...pages,
        pages: pages.pages.map((page) => ({
          ...page,
          items: page.items.map((job) => (byJob.get(job.id) ?? []).reduce(mergeJob, job))
        }))
      })
    }
    // A new job, or one that a filter now lets in or out.
    if (unknown || lists.length > 1) readJobs()
  }

  return {
    takeJob: (update: JobUpdate) => void waiting.push(update),
    takeDataset: ({ dataset_id }: DatasetUpdate) => void datasets.add(dataset_id),
    /** The feed has no replay: after each start the lists are read again. */
    readLists() {
      readJobs()
      readDatasets()
      void queries.invalidateQueries({ queryKey: ['dataset'] })
    },
    fold() {
      const updates = waiting
      waiting = []
      if (updates.length > 0) foldJobs(updates)
      if (datasets.size === 0) return
      for (const id of datasets) void queries.invalidateQueries({ queryKey: ['dataset', id] })
      datasets.clear()
      readDatasets()
    }
  }
}
