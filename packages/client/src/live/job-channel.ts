import type { JobUpdate, ServerMessage } from '@trainyard/contracts/live'
import type { Job } from '@trainyard/contracts/training'
import { type ApiError, liveError } from '../errors.ts'
import { jitter } from '../wait.ts'

export type JobHandlers = {
  /** The job as it is now; again after each reconnection. Updates up to its `last_seq` may still follow. */
  onSnapshot?: (snapshot: Job) => void
  /** Each event once, in order; `from_seq` when it stands for several. */
  onUpdate?: (update: JobUpdate) => void
  /** History up to `seq` was cut: fetch the job and its metrics again. Updates go on after it. */
  onResync?: (seq: number) => void
  /** The job is not there (any more): nothing follows. */
  onError?: (error: ApiError) => void
}
type Reader = JobHandlers & { last: number | undefined }
type JobMessage = Extract<ServerMessage, { type: 'job_update' | 'resync' | 'subscribed' | 'error' }>
export type JobChannel = ReturnType<typeof createJobChannel>
type Options = {
  jobId: string
  /** Sends `subscribe_job` if the socket is live; otherwise it is sent when it is. */
  subscribe: (since: number | undefined) => void
  onEmpty: () => void
}

/** How long a gap may close by itself before it is asked for. */
const GAP_MS = 250

/** One job on one socket: several readers, each at its own place, share the subscription. */
export function createJobChannel({ jobId, subscribe, onEmpty }: Options) {
  const readers = new Set<Reader>()
  /** Asked for and not yet answered: what comes meanwhile belongs to an older subscription or to the user feed. */
  let pending = true
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** From the reader that is furthest behind; the others skip what they have. */
  function request() {
    clearTimeout(timer)
    timer = undefined
    pending = true
    const places = [...readers].flatMap(({ last }) => (last === undefined ? [] : [last]))
    subscribe(places.length > 0 ? Math.min(...places) : undefined)
  }

  function requestIn(ms: number) {
    timer ??= setTimeout(request, ms)
  }

  function update(reader: Reader, message: JobUpdate) {
    if (reader.last === undefined || message.seq <= reader.last) return
    if ((message.from_seq ?? message.seq) > reader.last + 1) return requestIn(GAP_MS)
    reader.last = message.seq
    reader.onUpdate?.(message)
  }

  function subscribed(snapshot: Job) {
    pending = false
    failures = 0
    for (const reader of [...readers]) {
      reader.last ??= snapshot.last_seq
      // The log is a shorter one than this reader knows (a restored backup, say).
      if (reader.last > snapshot.last_seq) resync(reader, snapshot.last_seq)
      reader.onSnapshot?.(snapshot)
    }
  }

  function resync(reader: Reader, seq: number) {
    reader.last = seq
    reader.onResync?.(seq)
  }

  function failed({ code, message }: { code: string; message: string }) {
    if (code !== 'JOB_NOT_FOUND') {
      pending = true
      return requestIn(jitter(failures++, 30_000))
    }
    const left = [...readers]
    close()
    for (const reader of left) reader.onError?.(liveError(code, message))
  }

  function close() {
    clearTimeout(timer)
    readers.clear()
    onEmpty()
  }

  return {
    jobId,
    add(handlers: JobHandlers, since: number | undefined) {
      const reader: Reader = { ...handlers, last: since }
      readers.add(reader)
      request()
      return {
        last: () => reader.last,
        close: () => {
          if (readers.delete(reader) && readers.size === 0) close()
        }
      }
    },
    request,
    /** False when the message is none of this channel's stream. */
    receive(message: JobMessage): boolean {
      if (message.type === 'subscribed') {
        if (message.snapshot) subscribed(message.snapshot)
      } else if (message.type === 'error') failed(message)
      else if (pending) return false
      else if (message.type === 'resync') {
        // It was meant for the reader furthest behind; another may have had all of that.
        for (const reader of [...readers]) if ((reader.last ?? 0) < message.seq) resync(reader, message.seq)
      } else for (const reader of [...readers]) update(reader, message)
      return true
    }
  }
}
