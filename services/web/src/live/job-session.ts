import type { QueryClient } from '@tanstack/react-query'
import type { Client } from '@trainyard/client/client'
import type { Live } from '@trainyard/client/live/live'
import type { JobUpdate } from '@trainyard/contracts/live'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import { createDispatch } from './dispatch.ts'
import { createLogStore } from './log-store.ts'
import { mergeJob, newerJob } from './merge-job.ts'
import { createSeriesStore } from './series-store.ts'

export type JobSessionState = {
  /** Curves: on their way, there, or not to be had just now. */
  history: 'loading' | 'ready' | 'failed'
  error: unknown
}
export type JobSession = ReturnType<typeof createJobSession>
type Options = {
  jobId: string
  training: Pick<Client['training'], 'metrics' | 'events' | 'get'>
  live: Pick<Live, 'subscribe'>
  queries: QueryClient
  requestFlush: () => void
  onUpdates: (updates: readonly JobUpdate[]) => void
}

/** Points a curve is first drawn from; a zoom fetches its range again. */
const HISTORY_POINTS = 4_000
/** Events that may wait for a frame. */
const MOST_WAITING = 20_000
/** Pages of events one poll reads; what is further behind is read anew. */
const POLL_PAGES = 5
/** The first best epoch is asked for, at most this often; from then on events tell. */
const ASK_MS = 2_000

/** One job on screen: its subscription, its stores, and its place in the query cache. */
export function createJobSession(options: Options) {
  const { jobId, training, queries } = options
  const series = createSeriesStore()
  const logs = createLogStore()
  const listeners = new Set<() => void>()
  let state: JobSessionState = { history: 'loading', error: undefined }
  let waiting: JobUpdate[] = []
  let folded: JobUpdate[] = []
  let newsAt = Date.now()
  let askedAt = 0
  /** Rises with every reading of history, so that an older one that comes late is left. */
  let reading = 0
  let subscription: { close: () => void } | undefined

  const dispatch = createDispatch({ series, logs, onUpdate: (update) => folded.push(update) })

  function set(next: Partial<JobSessionState>) {
    state = { ...state, ...next }
    for (const listener of [...listeners]) listener()
  }

  async function readHistory() {
    const mine = ++reading
    set({ history: series.keys().length > 0 ? state.history : 'loading', error: undefined })
    try {
      const history = await training.metrics(jobId, { max_points: HISTORY_POINTS })
      if (mine !== reading) return
      series.addHistory(history)
      set({ history: 'ready' })
      series.notify()
    } catch (error) {
      if (mine === reading) set({ history: 'failed', error })
    }
  }

  function tookSnapshot(job: Job) {
    newsAt = Date.now()
    const isFirst = dispatch.last() === undefined
    if (isFirst) dispatch.startAt(job.last_seq)
    queries.setQueryData<Job>(['job', jobId], (known) => newerJob(known, job))
    if (isFirst) void readHistory()
  }

  /** History was cut: what is here may miss a part, so it is read anew. */
  function restart(seq: number) {
    waiting = []
    dispatch.startAt(seq)
    series.clear()
    logs.clear()
    void queries.invalidateQueries({ queryKey: ['job', jobId] })
    void readHistory()
    logs.notify()
  }

  function took(update: JobUpdate) {
    waiting.push(update)
    newsAt = Date.now()
    if (waiting.length >= MOST_WAITING) fold()
    else options.requestFlush()
  }

  function fold() {
    if (waiting.length === 0) return
    for (const update of waiting) dispatch.receive(update)
    waiting = []
    const updates = folded
    folded = []
    if (updates.length === 0) return
    const job = queries.setQueryData<Job>(['job', jobId], (known) => known && updates.reduce(mergeJob, known))
    if (updates.some(({ event }) => event === 'metrics')) series.notify()
    if (updates.some(({ event }) => event === 'log')) logs.notify()
    options.onUpdates(updates)
    askWhatEventsLack(updates, job)
  }

  /** Scores, artifacts and the first best epoch come with no event. */
  function askWhatEventsLack(updates: readonly JobUpdate[], job: Job | undefined) {
    const ended = updates.some((update) => update.event === 'state' && isTerminal(update.data.state))
    const files = updates.some(({ event }) => event === 'artifact')
    if (ended || files) void queries.invalidateQueries({ queryKey: ['job', jobId, 'artifacts'] })
    const validated = updates.some(
      (update) =>
        update.event === 'metrics' && Object.keys(update.data.values).some((key) => !key.startsWith('train/'))
    )
    const lacksBest = validated && job?.metrics.best === null && Date.now() - askedAt >= ASK_MS
    if (!ended && !lacksBest) return
    askedAt = Date.now()
    void queries.invalidateQueries({ queryKey: ['job', jobId], exact: true })
  }

  return {
    jobId,
    series,
    logs,
    fold,
    get: () => state,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** When the worker was last heard of, on this machine's clock. */
    newsAt: () => newsAt,
    readHistory,
    open() {
      subscription ??= options.live.subscribe(jobId, {
        // A session that was closed for a moment goes on where it was.
        since: dispatch.last(),
        onSnapshot: tookSnapshot,
        onUpdate: took,
        onResync: restart,
        onError: (error) => set({ error })
      })
    },
    close() {
      subscription?.close()
      subscription = undefined
    },
    /** Without a socket: what follows, by asking. */
    async poll() {
      const last = dispatch.last()
      if (last === undefined) return tookSnapshot(await training.get(jobId))
      let after = last
      for (let page = 0; page < POLL_PAGES; page++) {
        const { items, next_cursor } = await training.events(jobId, { after })
        for (const update of items) took(update)
        fold()
        after = items.at(-1)?.seq ?? after
        if (next_cursor === null) return
      }
      const job = await training.get(jobId)
      restart(job.last_seq)
    }
  }
}
