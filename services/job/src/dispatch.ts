import { QUEUES, type TrainBell } from '@trainyard/contracts/queues'
import { isTerminal, type JobState } from '@trainyard/contracts/training'
import type { ObjectStore } from '@trainyard/object-store/store'
import { createDispatcher, type Dispatcher, oneByOne } from '@trainyard/queue/dispatcher'
import type { OutboxEntry } from '@trainyard/queue/outbox'
import type { Bells, QueuedRow } from '@trainyard/queue/re-ring'
import { AppError } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import type { Database, Db } from '@trainyard/service-kit/postgres'
import { sql } from 'drizzle-orm'
import type { Datasets } from './datasets.ts'
import type { Producers } from './deps.ts'
import { withHoldTurn } from './hold-turn.ts'
import { OUTBOX } from './queues.ts'

type Ring = TrainBell & { queue: string }
type ReleaseHold = { job_id: string; dataset_id: string }

type Options = {
  db: Database
  databaseUrl: string
  producers: Producers
  datasets: Datasets
  store: ObjectStore
  log: Logger
}

/** What this service tells others after a commit: bells, holds let go, objects removed. */
export function startDispatcher({ db, databaseUrl, producers, datasets, store, log }: Options): Dispatcher {
  return createDispatcher({
    db,
    outbox: OUTBOX,
    databaseUrl,
    log,
    topics: {
      ring: { deliver: (entries) => ringAll(producers, entries), holdSeconds: 2, maxHoldSeconds: 5 },
      'release-hold': {
        deliver: oneByOne((payload) => releaseHold(db, datasets, payload as ReleaseHold), log),
        limit: 20,
        maxHoldSeconds: 300
      },
      'remove-object': {
        deliver: oneByOne((key) => store.remove(String(key)), log),
        limit: 20,
        maxHoldSeconds: 3_600
      }
    }
  })
}

/** The entries are this service's own rows; the queue's producer parses what goes out. */
async function ringAll(producers: Producers, entries: OutboxEntry[]): Promise<number[]> {
  const rings = entries.map(({ payload }) => payload as Ring)
  await ringOf(producers).ring(rings.map(({ jobId, gen, queue }) => ({ id: jobId, gen, queue })))
  return entries.map(({ id }) => id)
}

/** The training queues by name, for rows of jobs. */
export function ringOf({ cpu, gpu }: Producers): Bells {
  const bell = ({ id, gen }: QueuedRow) => ({ jobId: id, gen })
  const onGpu = ({ queue }: QueuedRow) => queue === QUEUES.trainGpu
  return {
    ring: async (rows) => {
      await cpu.ring(rows.filter((row) => !onGpu(row)).map(bell))
      await gpu.ring(rows.filter(onGpu).map(bell))
    },
    stateOf: (row) => (onGpu(row) ? gpu : cpu).stateOf(bell(row))
  }
}

/** A job that was resumed in the meantime keeps its hold. */
async function releaseHold(db: Db, datasets: Datasets, { job_id, dataset_id }: ReleaseHold) {
  await withHoldTurn(db, job_id, async () => {
    const { rows } = await db.execute<{ state: JobState }>(
      sql`select state from job.jobs where id = ${job_id}`
    )
    if (rows[0] && !isTerminal(rows[0].state)) return
    await datasets.release(dataset_id, job_id).catch((err: unknown) => {
      if (!(err instanceof AppError && err.code === 'DATASET_NOT_FOUND')) throw err
    })
  })
}
