import { HoldsCheckReply } from '@trainyard/contracts/internal'
import type { InternalClient } from '@trainyard/service-kit/internal-client'
import type { Logger } from '@trainyard/service-kit/log'
import type { Db } from '@trainyard/service-kit/postgres'
import { dropOldHolds, jobsOfOldHolds } from './db/holds.ts'

/** The job service takes so many ids at once. */
const page = 1_000
const first = '00000000-0000-0000-0000-000000000000'

type Options = { db: Db; jobs: InternalClient; log: Logger; olderThanSeconds?: number }

/**
 * A hold whose release was lost would keep a dataset for ever: asks the job service about old ones and drops those
 * whose job is unknown or over. While it does not answer nothing is dropped.
 */
export async function checkHolds({ db, jobs, log, olderThanSeconds = 600 }: Options): Promise<number> {
  let dropped = 0
  let after = first
  for (;;) {
    const ids = await jobsOfOldHolds(db, olderThanSeconds, after, page)
    const last = ids.at(-1)
    if (last === undefined) break
    const { needed } = await jobs.call('POST', '/api/training/internal/holds-check', {
      body: { job_ids: ids },
      reply: HoldsCheckReply
    })
    const keep = new Set(needed)
    dropped += await dropOldHolds(
      db,
      olderThanSeconds,
      ids.filter((id) => !keep.has(id))
    )
    after = last
  }
  if (dropped > 0) log.warn({ dropped }, 'holds of jobs that are over were dropped')
  return dropped
}
