import { type ProfileBell, ProfileBell as ProfileBellSchema, QUEUES } from '@trainyard/contracts/queues'
import { defineQueue } from '@trainyard/queue/define-queue'
import { createDispatcher } from '@trainyard/queue/dispatcher'
import { runAsLeader } from '@trainyard/queue/leader'
import { reRing } from '@trainyard/queue/re-ring'
import { watchRunId } from '@trainyard/queue/run-id'
import type { InternalClient } from '@trainyard/service-kit/internal-client'
import type { StopStep } from '@trainyard/service-kit/lifecycle'
import type { Redis } from 'ioredis'
import { outbox, profileWork, RING } from './db/profile-runs.ts'
import type { Deps } from './deps.ts'
import { checkHolds } from './holds-check.ts'
import { reapLostRuns } from './profile-runs.ts'
import { sweep } from './sweep.ts'

export const profileQueue = defineQueue({
  name: QUEUES.profile,
  payload: ProfileBellSchema,
  id: ({ datasetId, gen }) => `profile-${datasetId}-${gen}`
})

type Needs = Pick<Deps, 'db' | 'log'> & { redis: Redis; databaseUrl: string }

/** Carries bells from the outbox to the queue, also those that Redis forgot. */
export function startBells({ db, log, redis, databaseUrl }: Needs) {
  const producer = profileQueue.producer(redis)
  const bells = {
    ring: (rows: { id: string; gen: number }[]) =>
      producer.ring(rows.map(({ id, gen }) => ({ datasetId: id, gen }))),
    stateOf: ({ id, gen }: { id: string; gen: number }) => producer.stateOf({ datasetId: id, gen })
  }
  const dispatcher = createDispatcher({
    ...{ db, outbox, databaseUrl, log },
    topics: {
      [RING]: {
        deliver: async (entries) => {
          // Written by this service's own insert, and parsed again by the producer.
          await producer.ring(entries.map(({ payload }) => payload as ProfileBell))
          return entries.map(({ id }) => id)
        }
      }
    }
  })
  const ringAgain = (afterSeconds: number) => reRing(db, profileWork, bells, { afterSeconds })
  const onReady = async (forgot: boolean) => {
    await dispatcher.retryNow(RING)
    if (forgot) await ringAgain(0)
  }
  const watch = watchRunId(redis, onReady, log)
  const stop = async () => {
    watch.stop()
    await dispatcher.stop()
    await producer.close()
  }
  return { wake: dispatcher.wake, ringAgain, stop }
}

type LeaderNeeds = Deps & {
  jobs: InternalClient
  databaseUrl: string
  ringAgain: (afterSeconds: number) => Promise<unknown>
  graceSeconds: number
  sweepEverySeconds: number
}

/** What one replica does for all. */
export function startLeader(needs: LeaderNeeds): StopStep {
  const { db, store, log, jobs, databaseUrl, ringAgain, graceSeconds, sweepEverySeconds } = needs
  const leader = runAsLeader({
    url: databaseUrl,
    name: 'dataset',
    log,
    tasks: [
      { name: 'lost attempts', everyMs: 2_000, run: () => reapLostRuns(needs) },
      { name: 'ring again', everyMs: 10_000, run: () => ringAgain(30) },
      { name: 'holds', everyMs: 300_000, run: () => checkHolds({ db, jobs, log }) },
      {
        name: 'sweep',
        everyMs: sweepEverySeconds * 1_000,
        run: () => sweep({ db, store, log, graceSeconds })
      }
    ]
  })
  return { name: 'leader', stop: leader.stop }
}
