import type { Claim } from '@trainyard/contracts/internal'
import type { Logger } from '@trainyard/service-kit/log'
import type { Control } from './control.ts'
import type { DatasetCache } from './dataset-cache.ts'
import type { AttemptApi, JobApi } from './job-api.ts'
import { createLease, type Lease } from './lease.ts'
import { createReporter, type Reporter } from './reporter.ts'
import type { Scratch } from './scratch.ts'
import type { TrainerHost } from './trainer-host.ts'
import type { Transfers } from './transfer.ts'
import { createUploads, type Uploads } from './uploads.ts'

export type AttemptDeps = {
  jobs: JobApi
  host: TrainerHost
  cache: DatasetCache
  scratch: Scratch
  transfers: Transfers
  clock: () => number
  log: Logger
  threads: number
  fileLimitBytes: number
  limits: { stopMs: number; releaseMs: number; resultMs: number }
}
/** `again` repeats the claim under its id: the same answer, with fresh URLs. `sentAt` is when it was first sent. */
export type Claimed = { claim: Claim; sentAt: number; again: () => Promise<Claim | null> }

/** What the steps of one attempt share. */
export type Attempt = Claimed & {
  api: AttemptApi
  control: Control
  lease: Lease
  reporter: Reporter
  uploads: Uploads
  /** Aborted when the attempt is lost, or when a stop or a release cannot wait for uploads any longer. */
  publishing: AbortSignal
  /** A line of the platform's own in the job's log. */
  say: (line: string) => void
  log: Logger
  /** Ends uploads after so many milliseconds. */
  hurry: (ms: number) => void
  close: () => void
}

/** A stopped job's model may take its time to the store, but not for ever. */
const PUBLISH_AFTER_STOP_MS = 600_000
/** From the wish to release to the release itself, whatever is not uploaded by then. */
const PUBLISH_AFTER_RELEASE_MS = 24_000

export function openAttempt(claimed: Claimed, control: Control, deps: AttemptDeps): Attempt {
  const { claim, sentAt } = claimed
  const log = deps.log.child({ job_id: claim.job_id, attempt: claim.attempt })
  const api = deps.jobs.attempt(claim)
  const lease = createLease(sentAt, claim.lease_seconds, deps.clock)
  const reporter = createReporter({
    post: api.statusUpdate,
    lease,
    clock: deps.clock,
    log,
    onStop: () => control.ask('stop'),
    onLost: control.lose
  })
  const { signal: overdue, hurry, clear } = publishLimit(control)
  const publishing = AbortSignal.any([control.lost, overdue])
  return {
    ...claimed,
    api,
    control,
    lease,
    reporter,
    uploads: createUploads({
      askUrls: api.urls,
      transfers: deps.transfers,
      lease,
      signal: publishing,
      log
    }),
    publishing,
    say: (line) => reporter.add({ type: 'log', stream: 'platform', line }),
    log,
    hurry,
    close: () => {
      clear()
      reporter.close()
    }
  }
}

function publishLimit(control: Control) {
  const over = new AbortController()
  const timers: NodeJS.Timeout[] = []
  const hurry = (ms: number) => {
    timers.push(setTimeout(() => over.abort(new Error('no time is left for uploads')), ms))
  }
  control.onWish((wish) => hurry(wish === 'stop' ? PUBLISH_AFTER_STOP_MS : PUBLISH_AFTER_RELEASE_MS))
  return {
    signal: over.signal,
    hurry,
    clear: () => {
      for (const timer of timers) clearTimeout(timer)
    }
  }
}
