import type { ClaimBody } from '@trainyard/contracts/internal'
import { QUEUES } from '@trainyard/contracts/queues'
import type { Resources } from '@trainyard/contracts/training'
import type { Db } from '@trainyard/service-kit/postgres'
import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { JobRow } from './db/schema.ts'

/** A worker with a free slot asks for work at least this often, also without a bell. */
const SEEN_SECONDS = 60
/** Of a worker that is claiming all the time, one note in so many seconds is enough. */
const NOTE_SECONDS = 10

export async function noteWorker(db: Db, { worker_id, accelerator, devices }: ClaimBody) {
  await db.execute(sql`insert into job.workers (worker_id, accelerator, devices)
    values (${worker_id}, ${accelerator}, ${devices})
    on conflict (worker_id) do update
      set accelerator = excluded.accelerator, devices = excluded.devices, seen_at = now()
      where workers.seen_at < now() - make_interval(secs => ${NOTE_SECONDS})
        or (workers.accelerator, workers.devices) is distinct from (excluded.accelerator, excluded.devices)`)
}

/** Of `job.workers w`: it asked for work lately, or it is busy, in which case it asks for none but renews a lease. */
const connected = sql`(w.seen_at > now() - make_interval(secs => ${SEEN_SECONDS}) or exists (
  select from job.jobs busy where busy.worker_id = w.worker_id and busy.state in ('running', 'stopping')
    and busy.lease_until > now()))`

/** Whether a worker with a GPU is connected. */
export const gpuIsThere = sql`exists (select from job.workers w where w.accelerator = 'gpu' and ${connected})`

type Wanted = Static<typeof Resources> | undefined

/** Several GPUs are asked for by their number alone; one is what `auto` may mean, or none. */
export const needsGpu = ({ accelerator = 'auto', gpus = 1 }: NonNullable<Wanted> = {}) =>
  accelerator === 'gpu' || (accelerator === 'auto' && gpus > 1)

/** `auto` goes to a GPU while one is there. */
export function queueFor(wanted: Wanted): SQL {
  if (needsGpu(wanted)) return sql`${QUEUES.trainGpu}`
  if (wanted?.accelerator === 'cpu') return sql`${QUEUES.trainCpu}`
  return sql`case when ${gpuIsThere} then ${QUEUES.trainGpu} else ${QUEUES.trainCpu} end`
}

/** For each queue that a connected worker claims from: how many devices the largest of them has. */
export const devicesByQueue = sql`select 'train-' || w.accelerator as queue, max(w.devices) as devices
  from job.workers w where ${connected} group by 1`

/**
 * Why a queued job waits for something that waiting alone does not bring, where the largest connected worker of its
 * queue has `most` devices; null when that one will take it. The job is accepted all the same: such a worker may come a minute later.
 */
export function whyWaiting({ queue, gpus }: Pick<JobRow, 'queue' | 'gpus'>, most: number): string | null {
  if (most >= gpus) return null
  if (queue === QUEUES.trainCpu)
    return 'No worker is connected; the job starts as soon as one is. Ask an administrator to start one.'
  const instead = 'stop this job and clone it with the accelerator "cpu"'
  if (most === 0)
    return `No worker with a GPU is connected; the job starts as soon as one is. To train without one, ${instead}.`
  return `No connected worker has ${gpus} GPUs, the largest has ${most}; the job starts as soon as one comes. To train now, stop this job and clone it with "gpus": ${most}.`
}
