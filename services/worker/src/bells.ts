import { ProfileBell, QUEUES, TrainBell } from '@trainyard/contracts/queues'
import type { Consumer, Handle } from '@trainyard/queue/consumer'
import { defineQueue } from '@trainyard/queue/define-queue'
import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'
import type { ClaimLoop } from './claim-loop.ts'

const train = (name: string) =>
  defineQueue({ name, payload: TrainBell, id: ({ jobId, gen }) => `job-${jobId}-${gen}` })
const trainQueues = { cpu: train(QUEUES.trainCpu), gpu: train(QUEUES.trainGpu) }
const profileQueue = defineQueue({
  name: QUEUES.profile,
  payload: ProfileBell,
  id: ({ datasetId, gen }) => `profile-${datasetId}-${gen}`
})

type Loops = { jobs: ClaimLoop; profiles: ClaimLoop; accelerator: 'cpu' | 'gpu'; devices: number }

/** Listens to the queues; each message is kept until what it led to has ended. */
export function listenToBells(redis: Redis, loops: Loops, log: Logger): Consumer[] {
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
  return [
    trainQueues[loops.accelerator].consumer(redis, handleFor(loops.jobs), {
      concurrency: loops.devices,
      onError
    }),
    profileQueue.consumer(redis, handleFor(loops.profiles), { concurrency: 1, onError })
  ]
}
