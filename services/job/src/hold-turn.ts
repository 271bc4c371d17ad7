import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '@trainyard/service-kit/errors'
import type { Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'

/** Longer than a call of the dataset service may take. */
const TURN_SECONDS = 6
const TRIES = 20
const BETWEEN_MS = 150

/**
 * One at a time talks to the dataset service about a job's hold: else a release that was under way when a resume
 * took the hold again would drop it under a queued job. A turn is a row's mark that runs out by itself, because
 * a transaction must not stay open over a call.
 */
export async function withHoldTurn<T>(db: Db, jobId: string, work: () => Promise<T>): Promise<T> {
  for (let i = 0; !(await takeTurn(db, jobId)); i++) {
    if (i >= TRIES)
      throw fail('UNAVAILABLE', { message: 'The dataset of this job is being let go; try again.' })
    await sleep(BETWEEN_MS)
  }
  try {
    return await work()
  } finally {
    await db.execute(sql`update job.jobs set hold_turn_until = null where id = ${jobId}`)
  }
}

/** True as well when the job is gone: nobody else can want its hold. */
async function takeTurn(db: Db, jobId: string) {
  const { rows } = await db.execute<{ taken: boolean; there: boolean }>(sql`
    with taken as (update job.jobs set hold_turn_until = clock_timestamp() + make_interval(secs => ${TURN_SECONDS})
      where id = ${jobId} and (hold_turn_until is null or hold_turn_until < clock_timestamp()) returning 1)
    select exists (select from taken) as taken, exists (select from job.jobs where id = ${jobId}) as there`)
  return rows[0]?.taken === true || rows[0]?.there === false
}
