import { AppError, fail } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import type { JobApi, Viewer } from './deps.ts'
import type { FanOut } from './fan-out.ts'
import { type Frame, resyncFrame, updateFrame } from './frame.ts'
import type { LiveLimits } from './limits.ts'
import type { Outbox } from './outbox.ts'

export type WatchDeps = { fanOut: FanOut; jobApi: JobApi; outbox: Outbox; limits: LiveLimits; log: Logger }
type Request = {
  jobId: string
  since?: number
  viewer: Viewer
  /** Earlier requests for the same job that this one took the place of before they were answered: it answers them too. */
  owed: number
  onEnd: () => void
}

/**
 * One socket's view of one job: `subscribed` with the snapshot, with `since` the events after it, then live, each `seq`
 * once and in order. The feed is joined before the snapshot is read and frames are held meanwhile, so nothing that is
 * published in between is missed. Reading the snapshot is what authorises. `onEnd` is called when the job cannot be
 * watched (any more), after the client was told.
 */
export function watchJob(deps: WatchDeps, { jobId, since, viewer, owed, onEnd }: Request) {
  const { jobApi, outbox, limits, log } = deps
  const { value: feed, ready, release } = deps.fanOut.job(jobId, viewer)
  let state: 'opening' | 'live' | 'stopped' = 'opening'
  let held: Frame[] = []
  let tooMany = false
  let last = 0
  let unanswered = owed + 1

  const detach = feed.attach({
    frame(frame) {
      if (state === 'live') deliver(frame)
      else if (held.length < limits.held) held.push(frame)
      else tooMany = true
    },
    gone: () => end(fail('JOB_NOT_FOUND'))
  })

  function stop() {
    if (state === 'stopped') return
    state = 'stopped'
    held = []
    detach()
    release()
    outbox.forget(jobId)
  }

  function end(err: AppError) {
    if (state === 'stopped') return
    stop()
    answer({ type: 'error', code: err.code, message: err.message, job_id: jobId })
    onEnd()
  }

  /** Each request gets its answer; one that comes later, unasked, is said once. */
  function answer(message: Parameters<Outbox['reply']>[0]) {
    for (let i = Math.max(1, unanswered); i > 0; i--) outbox.reply(message)
    unanswered = 0
  }

  function deliver(frame: Frame) {
    if (frame.seq <= last) return
    last = frame.seq
    outbox.job(frame)
  }

  const isStopped = () => state === 'stopped'

  async function open() {
    await ready
    const snapshot = await jobApi.snapshot(jobId, viewer)
    if (isStopped()) return
    const { last_seq } = snapshot
    answer({ type: 'subscribed', job_id: jobId, snapshot, last_seq })
    last = since === undefined || since > last_seq ? last_seq : since
    // A client that is ahead of the log has seen another one (a restored backup, say): it starts again.
    if (since !== undefined && (since > last_seq || last_seq - since > limits.replay)) resync(last_seq)
    feed.begin(last_seq)
    while (!isStopped() && last < Math.max(last_seq, heldAfter())) await readPage(last_seq)
    if (!isStopped()) goLive()
  }

  /** Held frames, or else the feed, go on after this event; anything before comes from the log. */
  function heldAfter() {
    const [first] = held
    if (!first) return feed.last() ?? 0
    return first.kind === 'resync' ? 0 : first.seq - 1
  }

  async function readPage(upTo: number) {
    const page = await jobApi.events(jobId, last, limits.page, viewer)
    for (const update of page) {
      const full = outbox.room()
      if (full) await full
      if (isStopped()) return
      if (update.seq > last + 1) resync(update.seq - 1)
      deliver(updateFrame(update))
    }
    // The log ends before the snapshot did: it was cut behind what was asked for.
    if (page.length === 0) resync(Math.max(upTo, heldAfter()))
  }

  function resync(seq: number) {
    last = seq
    outbox.job(resyncFrame(jobId, seq))
  }

  function goLive() {
    state = 'live'
    for (const frame of held) deliver(frame)
    held = []
    if (tooMany) resync(Math.max(last, feed.last() ?? 0))
  }

  open().catch((err: unknown) => {
    if (err instanceof AppError) return end(err)
    log.error({ err, job_id: jobId }, 'a subscription failed')
    end(fail('INTERNAL'))
  })

  return { stop, unanswered: () => unanswered }
}
