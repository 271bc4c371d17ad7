import type { Claim, ClaimBody } from '@trainyard/contracts/internal'
import { newId } from '@trainyard/service-kit/ids'
import type { Logger } from '@trainyard/service-kit/log'
import { runAttempt } from './attempt.ts'
import type { AttemptDeps, Claimed } from './attempt-context.ts'
import { persist } from './backoff.ts'
import { claimLoop } from './claim-loop.ts'
import { isPassing } from './platform-api.ts'

type Options = AttemptDeps & {
  workerId: string
  accelerator: ClaimBody['accelerator']
  devices: number
  pollMs: number
}

const SHOW_MS = 1_000

/** Trains: one job a device, and beside them jobs that only upload any more. */
export function jobLoop(options: Options) {
  const { workerId, accelerator, devices, pollMs, log } = options
  return claimLoop<Claimed>({
    slots: Array.from({ length: devices }, (_, k) => k),
    limit: devices * 3,
    claim: (signal) => claimJob(options, { workerId, accelerator, devices }, signal),
    run: ({ claimed, control, slot, freeSlot, show }) => {
      const { job_id, attempt } = claimed.claim
      show({ job_id, attempt, percent: 0 })
      const onProgress = atMostEvery(SHOW_MS, options.clock, (percent: number) =>
        show({ job_id, attempt, percent })
      )
      return runAttempt(claimed, control, { slot, freeSlot, onProgress }, options)
    },
    pollMs,
    log
  })
}

/** A repeat carries the same claim_id, so that a lost answer does not lose a job. */
async function claimJob(
  {
    jobs,
    host,
    clock,
    log
  }: { jobs: AttemptDeps['jobs']; host: AttemptDeps['host']; clock: () => number; log: Logger },
  who: { workerId: string; accelerator: ClaimBody['accelerator']; devices: number },
  signal: AbortSignal
): Promise<Claimed | null> {
  const { architectures, catalogue_hash } = await host.ready(signal)
  const body: ClaimBody = {
    claim_id: newId(),
    worker_id: who.workerId,
    kinds: architectures,
    accelerator: who.accelerator,
    devices: who.devices,
    catalogue_hash
  }
  let sentAt = 0
  const claim: Claim | null = await persist(
    () => {
      sentAt = clock()
      return jobs.claim(body)
    },
    {
      signal,
      passing: isPassing,
      onWait: (err, tries) => {
        if (tries === 0) log.warn({ err }, 'the job service does not answer a claim; it is repeated')
      }
    }
  )
  return claim && { claim, sentAt, again: () => jobs.claim(body) }
}

function atMostEvery<A>(ms: number, clock: () => number, then: (value: A) => void) {
  let last = Number.NEGATIVE_INFINITY
  return (value: A) => {
    const now = clock()
    if (now - last < ms) return
    last = now
    then(value)
  }
}
