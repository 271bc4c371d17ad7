import type { ProfileClaimBody } from '@trainyard/contracts/internal'
import { newId } from '@trainyard/service-kit/ids'
import { persist } from './backoff.ts'
import { claimLoop } from './claim-loop.ts'
import { isPassing } from './platform-api.ts'
import { type ClaimedProfile, type ProfileDeps, runProfile } from './profile-attempt.ts'

type Options = ProfileDeps & { workerId: string; slot: number; pollMs: number }

/** Profiles uploads in the interactive slot, one at a time, whatever trains in the others. */
export function profileLoop(options: Options) {
  return claimLoop<ClaimedProfile>({
    slots: [options.slot],
    limit: 1,
    claim: (signal) => claimProfile(options, signal),
    run: ({ claimed, control, slot, show }) => {
      show({ dataset_id: claimed.claim.dataset_id, attempt: claimed.claim.attempt })
      return runProfile(claimed, control, slot, options)
    },
    pollMs: options.pollMs,
    log: options.log
  })
}

async function claimProfile({ datasets, host, clock, workerId, log }: Options, signal: AbortSignal) {
  await host.ready(signal)
  const body: ProfileClaimBody = { claim_id: newId(), worker_id: workerId }
  let sentAt = 0
  const claim = await persist(
    () => {
      sentAt = clock()
      return datasets.claim(body)
    },
    {
      signal,
      passing: isPassing,
      onWait: (err, tries) => {
        if (tries === 0) log.warn({ err }, 'the dataset service does not answer a claim; it is repeated')
      }
    }
  )
  return claim && { claim, sentAt }
}
