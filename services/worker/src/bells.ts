import { ProfileBell, QUEUES, TrainBell } from '@trainyard/contracts/queues'
import type { Consumer, Handle } from '@trainyard/queue/consumer'
import { defineQueue } from '@trainyard/queue/define-queue'
import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'
import type { ClaimLoop } from './claim-loop.ts'
import type { TrainerHost } from './trainer-host.ts'

const train = (name: string) =>
  defineQueue({ name, payload: TrainBell, id: ({ jobId, gen }) => `job-${jobId}-${gen}` })
const trainQueues = { cpu: train(QUEUES.trainCpu), gpu: train(QUEUES.trainGpu) }
const profileQueue = defineQueue({
  name: QUEUES.profile,
  payload: ProfileBell,
  id: ({ datasetId, gen }) => `profile-${datasetId}-${gen}`
})

type Options = {
  redis: Redis
  host: TrainerHost
  jobs: ClaimLoop
  profiles: ClaimLoop
  accelerator: 'cpu' | 'gpu'
  devices: number
  log: Logger
}

/**
 * Listens to the queues once the trainer is warm (a worker that cannot run anything yet must not take the bell from
 * one that can); each message is kept until what it led to has ended.
 */
export function listenToBells({ redis, host, jobs, profiles, accelerator, devices, log }: Options) {
  const closing = new AbortController()
  const onError = (err: Error) => log.debug({ err }, 'the queue is away')
  const handleFor =
    <P>(loop: ClaimLoop): Handle<P> =>
    (message) =>
      loop.bell({
        // Nobody waits for this: while Redis is away it would wait for Redis.
        show: (data) => {
          message.progress(data).catch((err: unknown) => log.debug({ err }, 'a message shows old progress'))
        }
      })
  const listening = host.ready(closing.signal).then(
    (): Consumer[] => [
      trainQueues[accelerator].consumer(redis, handleFor(jobs), { concurrency: devices, onError }),
      profileQueue.consumer(redis, handleFor(profiles), { concurrency: 1, onError })
    ],
    (err: unknown) => {
      log.debug({ err }, 'stopped before the trainer was warm')
      return []
    }
  )
  return {
    stopFetching: async () => {
      closing.abort(new Error('the worker is leaving'))
      await Promise.all((await listening).map((consumer) => consumer.stopFetching()))
    },
    /** Without Redis an orderly close would wait for it. */
    close: async () => {
      const force = redis.status !== 'ready'
      await Promise.all((await listening).map((consumer) => consumer.close(force)))
    }
  }
}
