import { AppError, fail } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import type { JobApi, Viewer } from './deps.ts'
import { type Frame, resyncFrame, updateFrame } from './frame.ts'
import type { LiveLimits } from './limits.ts'

export type FeedListener = {
  frame: (frame: Frame) => void
  /** The job was deleted. */
  gone: () => void
}
export type Feed = ReturnType<typeof createFeed>
type Options = {
  jobId: string
  viewer: Viewer
  jobApi: JobApi
  limits: Pick<LiveLimits, 'page' | 'replay'>
  log: Logger
}

/**
 * The events of one job, once for all of a gateway's sockets, in order and without a hole: what Redis brings out of
 * order or not at all is read from the job service, whose log is the truth. A published message is only the fast path,
 * so nothing is kept while a hole is being read: the log has it too.
 */
export function createFeed({ jobId, viewer, jobApi, limits, log }: Options) {
  const listeners = new Set<FeedListener>()
  /** The newest event that was handed on; undefined until the first snapshot says where the job stands. */
  let last: number | undefined
  /** The newest event known to exist. */
  let known = 0
  let healing = false

  const emit = (frame: Frame) => {
    last = frame.seq
    for (const listener of [...listeners]) listener.frame(frame)
  }
  const gone = () => {
    for (const listener of [...listeners]) listener.gone()
  }

  async function readPage(after: number) {
    const page = await jobApi.events(jobId, after, limits.page, viewer)
    for (const update of page) {
      if (last === undefined || update.seq <= last) continue
      // The log was cut in front of this event.
      if (update.seq !== last + 1) emit(resyncFrame(jobId, update.seq - 1))
      emit(updateFrame(update))
    }
    return page.length > 0
  }

  /** Too much was missed to be sent: clients start again from a snapshot. The log says where, not a message. */
  async function skip() {
    const head = (await jobApi.lastSeqs([jobId]))[jobId]
    if (head === undefined) throw fail('JOB_NOT_FOUND')
    known = head
    if (last !== undefined && head - last > limits.replay) emit(resyncFrame(jobId, head))
  }

  async function heal() {
    if (healing) return
    healing = true
    try {
      while (last !== undefined && last < known && listeners.size > 0) {
        if (known - last > limits.replay) await skip()
        else if (!(await readPage(last))) known = last
      }
    } catch (err) {
      if (err instanceof AppError && err.code === 'JOB_NOT_FOUND') gone()
      // The next comparison tries again.
      else log.warn({ err, job_id: jobId }, 'cannot read missed events')
    } finally {
      healing = false
    }
  }

  /** An event with this `seq` exists. */
  function saw(seq: number) {
    known = Math.max(known, seq)
    if (last !== undefined && last < known) void heal()
  }

  return {
    attach(listener: FeedListener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** A snapshot that was read after the channel was confirmed: the job stands at `seq`. */
    begin(seq: number) {
      last ??= seq
      saw(seq)
    },
    message(frame: Frame) {
      if (last === undefined) known = Math.max(known, frame.seq)
      else if (frame.seq === last + 1) {
        emit(frame)
        known = Math.max(known, frame.seq)
      } else saw(frame.seq)
    },
    saw,
    gone,
    jobId,
    last: () => last
  }
}
