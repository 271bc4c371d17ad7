import type { DatasetUpdate, JobUpdate, ServerMessage } from '@trainyard/contracts/live'
import { type ConnectionOptions, type ConnectionState, createConnection } from './connection.ts'
import { createJobChannel, type JobChannel, type JobHandlers } from './job-channel.ts'
import { type WatchOptions, watchJob } from './watch.ts'

export type FeedHandlers = {
  /** The feed begins or begins again, without what came before: fetch the lists. */
  onStart?: () => void
  /** State and progress of every job. Gaps are normal here; the highest `seq` of a job wins. */
  onJob?: (update: JobUpdate) => void
  onDataset?: (update: DatasetUpdate) => void
}
export type LiveOptions = Pick<
  ConnectionOptions,
  'silenceMs' | 'answerMs' | 'backoffCapMs' | 'backoffBaseMs'
> & { onState?: (state: ConnectionState) => void }
type Options = LiveOptions & Pick<ConnectionOptions, 'url' | 'session' | 'WebSocket'>
export type Live = ReturnType<typeof createLive>

/** Live updates over one socket that is always there again: what was missed in between is replayed. */
export function createLive({ onState, ...options }: Options) {
  const jobs = new Map<string, JobChannel>()
  const feeds = new Set<FeedHandlers>()
  const stateListeners = new Set<(state: ConnectionState) => void>(onState ? [onState] : [])

  const connection = createConnection({
    ...options,
    onLive() {
      if (feeds.size > 0) connection.send({ type: 'subscribe_user_jobs' })
      for (const channel of jobs.values()) channel.request()
    },
    onMessage,
    onState(state) {
      for (const listener of [...stateListeners]) listener(state)
    }
  })

  function onMessage(message: ServerMessage) {
    if (message.type === 'dataset_update') {
      for (const feed of [...feeds]) feed.onDataset?.(message)
      return
    }
    if (message.type === 'subscribed' && message.job_id === undefined) {
      for (const feed of [...feeds]) feed.onStart?.()
      return
    }
    if (message.type === 'authenticated' || message.type === 'unsubscribed') return
    if (message.job_id !== undefined) jobs.get(message.job_id)?.receive(message)
    // The server sends a frame once, also where the feed and a job's own stream would both bring it.
    if (message.type === 'job_update' && (message.event === 'state' || message.event === 'progress')) {
      for (const feed of [...feeds]) feed.onJob?.(message)
    }
  }

  function open(jobId: string): JobChannel {
    const channel = createJobChannel({
      jobId,
      subscribe(since) {
        if (!connection.isLive()) return
        connection.send({ type: 'subscribe_job', job_id: jobId, ...(since === undefined ? {} : { since }) })
      },
      onEmpty() {
        jobs.delete(jobId)
        if (connection.isLive()) connection.send({ type: 'unsubscribe_job', job_id: jobId })
      }
    })
    jobs.set(jobId, channel)
    return channel
  }

  function subscribe(jobId: string, handlers: JobHandlers & { since?: number }) {
    const { since, ...rest } = handlers
    connection.start()
    const id = jobId.toLowerCase()
    return (jobs.get(id) ?? open(id)).add(rest, since)
  }

  const onStateChange = (listener: (state: ConnectionState) => void) => {
    stateListeners.add(listener)
    return () => void stateListeners.delete(listener)
  }

  return {
    /** One job: with `since` every event after it, otherwise from now on. `close()` ends it. */
    subscribe,
    /** Everything of the user's workspaces, without history. */
    userFeed(handlers: FeedHandlers) {
      connection.start()
      feeds.add(handlers)
      if (connection.isLive()) connection.send({ type: 'subscribe_user_jobs' })
      return { close: () => void feeds.delete(handlers) }
    },
    /** A job's updates until it is finished, for `for await`. */
    watchJob: (jobId: string, watch: WatchOptions = {}) =>
      watchJob({ subscribe, onState: onStateChange }, jobId, watch),
    state: connection.state,
    onState: onStateChange,
    heardAt: connection.heardAt,
    retryNow: connection.retryNow,
    /** Closes the socket of a page that is put aside; `resume` goes on where each subscription was. */
    pause: connection.pause,
    resume() {
      if (jobs.size > 0 || feeds.size > 0) connection.start()
    },
    close: connection.close
  }
}
