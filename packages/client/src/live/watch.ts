import type { JobUpdate } from '@trainyard/contracts/live'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import { ApiError } from '../errors.ts'
import { type ConnectionState, closed } from './connection.ts'
import type { JobHandlers } from './job-channel.ts'

export type WatchOptions = {
  /** Events after this `seq`; 0, all of them, unless given. */
  since?: number
  signal?: AbortSignal
  onSnapshot?: (snapshot: Job) => void
  onResync?: (seq: number) => void
}
type Source = {
  subscribe: (jobId: string, handlers: JobHandlers & { since?: number }) => { close: () => void }
  onState: (listener: (state: ConnectionState) => void) => () => void
}

/** A consumer that is this far behind is unsubscribed until it has caught up. */
const QUEUE = 10_000

/**
 * Yields a job's updates, each once and in order, until the job is finished. Throws when the job is not there, the
 * session ends, the socket is closed or the signal aborts.
 */
export async function* watchJob(
  source: Source,
  jobId: string,
  { since = 0, signal, onSnapshot, onResync }: WatchOptions
): AsyncGenerator<JobUpdate, void, undefined> {
  let queue: JobUpdate[] = []
  let last = since
  /** Ends after this event: the job stands finished there. */
  let finalSeq: number | undefined
  let failure: unknown
  let wake: (() => void) | undefined
  let subscription: { close: () => void } | undefined

  const notify = () => wake?.()
  function leave() {
    subscription?.close()
    subscription = undefined
  }
  function fail(reason: unknown) {
    failure ??= reason
    notify()
  }

  function join() {
    subscription = source.subscribe(jobId, {
      since: last,
      onSnapshot(snapshot) {
        // A job can be finished, and then be run again: only the newest state counts.
        finalSeq = isTerminal(snapshot.state) ? snapshot.last_seq : undefined
        onSnapshot?.(snapshot)
        notify()
      },
      onUpdate(update) {
        last = update.seq
        queue.push(update)
        if (update.event === 'state' && (finalSeq === undefined || update.seq > finalSeq)) {
          finalSeq = isTerminal(update.data.state) ? update.seq : undefined
        }
        if (queue.length >= QUEUE) leave()
        notify()
      },
      onResync(seq) {
        last = seq
        onResync?.(seq)
        // Only a snapshot says whether the job was finished in what was cut.
        leave()
        notify()
      },
      onError: fail
    })
  }

  const onAbort = () => fail(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const stopListening = source.onState(({ name }) => {
    if (name === 'signed_out')
      fail(new ApiError({ status: 401, code: 'UNAUTHENTICATED', message: 'Sign in first.' }))
    if (name === 'closed') fail(closed())
  })
  try {
    if (signal?.aborted) throw signal.reason
    for (;;) {
      const batch = queue
      queue = []
      yield* batch
      if (failure !== undefined) throw failure
      if (queue.length > 0) continue
      if (finalSeq !== undefined && last >= finalSeq) return
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      if (!subscription) join()
      await woken
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    stopListening()
    leave()
  }
}
