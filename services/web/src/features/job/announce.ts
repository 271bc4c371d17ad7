import type { Job } from '@trainyard/contracts/training'
import { etaWords } from '../../format/times.ts'
import { STATES } from '../../ui/state-badge.tsx'

type Seen = Pick<Job, 'state' | 'progress' | 'message'>
export type Announcement = { text: string; urgent: boolean }

/** At most one sentence about progress in this time. */
const QUIET_MS = 30_000
const STRIDE = 10

/** What a screen reader hears of a job: each state, each tenth of the way, never more than a sentence in 30 s. */
export function createAnnouncer(now: () => number) {
  let state: Job['state'] | undefined
  let tenth = 0
  let saidAt = Number.NEGATIVE_INFINITY

  return function announce(job: Seen): Announcement | undefined {
    const percent = job.progress?.percent ?? 0
    const reached = Math.floor(percent / STRIDE)
    if (state === undefined) {
      // What is on the page already needs no announcement.
      state = job.state
      tenth = reached
      return undefined
    }
    if (job.state !== state) {
      state = job.state
      tenth = reached
      saidAt = now()
      const failed = job.state === 'failed'
      const why = failed && job.message ? `: ${job.message}` : ''
      return { text: `${STATES[job.state].word}${why}`, urgent: failed }
    }
    if (reached < tenth) tenth = reached
    if (job.state !== 'running' || reached <= tenth || now() - saidAt < QUIET_MS) return undefined
    tenth = reached
    saidAt = now()
    const left = etaWords(job.progress?.eta_seconds)
    return { text: [`${reached * STRIDE} percent`, left].filter(Boolean).join(', '), urgent: false }
  }
}
