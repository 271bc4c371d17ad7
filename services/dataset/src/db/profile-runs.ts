import {
  type Claimant,
  claimedColumns,
  heldBy,
  type LeasedWork,
  nextEligible,
  requeuedColumns
} from '@trainyard/queue/leased-work'
import { addToOutbox, type Outbox } from '@trainyard/queue/outbox'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, eq, sql } from 'drizzle-orm'
import { datasets, profileRuns } from './schema.ts'

export const profileWork: LeasedWork = { table: 'dataset.profile_runs', key: 'dataset_id' }
export const outbox: Outbox = { table: 'dataset.outbox' }
export const RING = 'ring'

const run = sql.raw(profileWork.table)

/** Queues the first attempt; its bell lies in the outbox. */
export async function insertProfileRun(db: Db, datasetId: string) {
  await db.insert(profileRuns).values({ datasetId })
  await addToOutbox(db, outbox, RING, [{ datasetId, gen: 1 }])
}

/** The same claim, sent twice, waits here for itself until the transaction ends; else each would skip the other's row. */
export const oneClaimAtATime = async (db: Db, claimId: string) => {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`claim ${claimId}`}, 0))`)
}

/** Takes the run that has waited longest. Gives its dataset, or nothing when there is none. */
export async function claimNext(db: Db, claimant: Claimant): Promise<string | undefined> {
  const next = nextEligible(profileWork, { eligible: sql`true`, order: sql`q.queued_at, q.dataset_id` })
  const { rows } = await db.execute<{ dataset_id: string }>(
    sql`update ${run} set ${claimedColumns(claimant)} where dataset_id = (${next}) returning dataset_id`
  )
  return rows[0]?.dataset_id
}

/** What a worker needs to know of the run it claimed, while that claim is the current one. */
export async function findClaimed(db: Db, claimId: string) {
  const [row] = await db
    .select({
      datasetId: profileRuns.datasetId,
      attempt: profileRuns.attempt,
      sha256: datasets.sha256,
      bytes: datasets.bytes,
      format: datasets.format,
      gzip: datasets.gzip,
      objectKey: datasets.objectKey
    })
    .from(profileRuns)
    .innerJoin(datasets, eq(datasets.id, profileRuns.datasetId))
    .where(and(eq(profileRuns.claimId, claimId), eq(profileRuns.state, 'running')))
  return row
}

type Held = { id: string; attempt: number; tokenHash: string }

/** Running → done by the attempt that holds it. The token stays, so that a repeated finish is recognised. */
export async function endRun(db: Db, held: Held): Promise<boolean> {
  const { rowCount } = await db.execute(sql`update ${run} set state = 'done', lease_until = null
    where dataset_id = ${held.id} and state = 'running' and ${heldBy(held)}`)
  return rowCount === 1
}

/** The status that this very attempt's finish led to, if it has finished. */
export async function statusAfterFinish(db: Db, held: Held) {
  const [row] = await db
    .select({ status: datasets.status })
    .from(profileRuns)
    .innerJoin(datasets, eq(datasets.id, profileRuns.datasetId))
    .where(
      and(
        eq(profileRuns.datasetId, held.id),
        eq(profileRuns.state, 'done'),
        eq(profileRuns.attempt, held.attempt),
        eq(profileRuns.tokenHash, held.tokenHash)
      )
    )
  return row?.status
}

const stillLost = (id: string, attempt: number) => sql`dataset_id = ${id} and state = 'running'
  and attempt = ${attempt} and lease_until < clock_timestamp()`

/** Back into the queue, with a bell. False when the attempt has come back to life or is over. */
export async function requeueLost(db: Db, id: string, attempt: number): Promise<boolean> {
  const { rows } = await db.execute<{ gen: number }>(
    sql`update ${run} set ${requeuedColumns} where ${stillLost(id, attempt)} returning gen`
  )
  const gen = rows[0]?.gen
  if (gen === undefined) return false
  await addToOutbox(db, outbox, RING, [{ datasetId: id, gen }])
  return true
}

/** No further attempt. */
export async function endLost(db: Db, id: string, attempt: number): Promise<boolean> {
  const { rowCount } = await db.execute(
    sql`update ${run} set state = 'done', lease_until = null, token_hash = null where ${stillLost(id, attempt)}`
  )
  return rowCount === 1
}
