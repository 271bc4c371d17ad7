import type { DatasetError, DatasetStatus } from '@trainyard/contracts/dataset'
import type { ProfileClaim, ProfileClaimBody, ProfileFinishBody } from '@trainyard/contracts/internal'
import { attemptToken, expiredLeases, renewLease } from '@trainyard/queue/leased-work'
import { fail } from '@trainyard/service-kit/errors'
import { type Database, inTransaction } from '@trainyard/service-kit/postgres'
import type { Static } from 'typebox'
import { objectOf, settleDataset } from './db/datasets.ts'
import {
  claimNext,
  endLost,
  endRun,
  findClaimed,
  oneClaimAtATime,
  profileWork,
  requeueLost,
  statusAfterFinish
} from './db/profile-runs.ts'
import type { Deps } from './deps.ts'

/** After so many lost attempts a file is not tried again: it may be what kills its readers. */
export const maxAttempts = 3
const previewBytes = 256 * 1024

type Held = { id: string; attempt: number; tokenHash: string }

/**
 * The same claim gets the same answer while its attempt is the current one, so a lost reply can be asked for again,
 * also while the first question is still being answered.
 */
export async function claimProfile(
  { db, store, secret, limits }: Pick<Deps, 'db' | 'store' | 'secret' | 'limits'>,
  { claim_id: claimId, worker_id: workerId }: Static<typeof ProfileClaimBody>
): Promise<ProfileClaim | undefined> {
  const { token, hash } = attemptToken(secret, claimId)
  const { leaseSeconds } = limits
  const run = await inTransaction(db, async (tx) => {
    await oneClaimAtATime(tx, claimId)
    const claimed = await findClaimed(tx, claimId)
    if (claimed) return claimed
    const taken = await claimNext(tx, { claimId, workerId, tokenHash: hash, leaseSeconds })
    return taken && findClaimed(tx, claimId)
  })
  if (!run) return undefined
  const { datasetId, attempt, sha256, bytes, format, gzip, objectKey } = run
  return {
    dataset_id: datasetId,
    attempt,
    attempt_token: token,
    lease_seconds: leaseSeconds,
    dataset: { sha256, bytes, format, gzip },
    url: await store.presignGet(objectKey),
    inflated_limit_bytes: limits.inflatedBytes
  }
}

export async function renewProfile({ db, store, limits }: Pick<Deps, 'db' | 'store' | 'limits'>, held: Held) {
  const { leaseSeconds } = limits
  const current = await renewLease(db, profileWork, { ...held, leaseSeconds })
  const key = current ? await objectOf(db, held.id) : undefined
  if (!key) throw fail('ATTEMPT_SUPERSEDED')
  return { lease_seconds: leaseSeconds, url: await store.presignGet(key) }
}

type Result = Pick<Static<typeof ProfileFinishBody>, 'profile' | 'preview' | 'error'>

function checked({ profile, preview, error }: Result) {
  const problem = (pointer: string, message: string) =>
    fail('VALIDATION', { details: [{ pointer, message }] })
  if (error && !profile && !preview) return { status: 'invalid' as const, error }
  if (error || !profile || !preview) throw problem('', 'must have a profile and a preview, or an error')
  if (JSON.stringify(preview).length > previewBytes)
    throw problem('/preview', `must have at most ${previewBytes} bytes`)
  return { status: 'ready' as const, rows: profile.rows, profile, preview }
}

/** The end of an attempt, once; a repeat gets the same answer. Undefined: the attempt is not the current one. */
export async function finishProfile(
  { db, tell }: Pick<Deps, 'db' | 'tell'>,
  held: Held,
  result: Result
): Promise<DatasetStatus | undefined> {
  const settled = checked(result)
  const workspaceId = await inTransaction(db, async (tx) =>
    (await endRun(tx, held)) ? settleDataset(tx, held.id, settled) : undefined
  )
  if (!workspaceId) return statusAfterFinish(db, held)
  tell(workspaceId, held.id, settled.status)
  return settled.status
}

const profileFailed: DatasetError = {
  line: null,
  column: null,
  reason: 'profile_failed',
  message: `Reading this file failed ${maxAttempts} times without a reason given; check that it is the file you meant, or split it.`
}

async function giveUp(db: Database, id: string, attempt: number): Promise<string | undefined> {
  return inTransaction(db, async (tx) =>
    (await endLost(tx, id, attempt))
      ? settleDataset(tx, id, { status: 'invalid', error: profileFailed })
      : undefined
  )
}

/** Attempts whose worker is gone: again, or, after the third, the end. */
export async function reapLostRuns({ db, tell, wake, log }: Pick<Deps, 'db' | 'tell' | 'wake' | 'log'>) {
  for (const { id, attempt } of await expiredLeases(db, profileWork)) {
    if (attempt < maxAttempts) {
      const again = await inTransaction(db, (tx) => requeueLost(tx, id, attempt))
      if (again) log.warn({ dataset_id: id, attempt }, 'a profile attempt was lost; it is queued again')
      wake()
    } else {
      const workspaceId = await giveUp(db, id, attempt)
      if (!workspaceId) continue
      log.error({ dataset_id: id, attempt }, 'the last profile attempt was lost; the dataset is invalid')
      tell(workspaceId, id, 'invalid')
    }
  }
}
