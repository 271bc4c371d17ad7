import type { FinishBody } from '@trainyard/contracts/internal'
import type { JobUpdate } from '@trainyard/contracts/live'
import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { type Attempt, type HeldRow, isCurrent } from './attempt.ts'
import { insertEvents, type NewEvent } from './events.ts'

type Files = Static<typeof FinishBody>['artifacts']

/** What is told before the state that ends the job: that its work is done, and its files. */
export async function lastEvents(
  tx: Db,
  held: Attempt,
  row: HeldRow,
  { files, succeeded }: { files: Files; succeeded: boolean }
): Promise<JobUpdate[]> {
  const told: NewEvent[] = []
  const tell = (event: NewEvent['event'], data: NewEvent['data']) =>
    told.push({ event, data, n: null, logN: null })
  // One that ended early has done all that it had to do.
  const done = succeeded && row.progress ? { ...row.progress, percent: 100, eta_seconds: 0 } : row.progress
  if (done && done.percent !== row.progress?.percent) tell('progress', done)
  if (files.length > 0) {
    await commitArtifacts(tx, held, files)
    tell('artifact', { artifacts: files.map(({ name, bytes }) => ({ name, bytes })) })
  }
  if (told.length === 0) return []
  const job = { id: held.jobId, attempt: held.attempt, lastSeq: Number(row.last_seq) }
  const updates = await insertEvents(tx, job, told)
  await tx.execute(sql`update job.jobs set last_seq = last_seq + ${told.length},
    progress = ${done ? JSON.stringify(done) : null}::jsonb where ${isCurrent(held)}`)
  return updates
}

async function commitArtifacts(tx: Db, held: Attempt, files: Files) {
  await tx.execute(sql`insert into job.artifacts (job_id, attempt, name, key, bytes, md5, sha256)
    select ${held.jobId}, ${held.attempt}, x.name, x.key, x.bytes, x.md5, x.sha256
    from jsonb_to_recordset(${JSON.stringify(files)}::jsonb)
      as x(name text, key text, bytes bigint, md5 text, sha256 text)`)
}
