import { QUEUES, TrainBell } from '@trainyard/contracts/queues'
import { defineQueue } from '@trainyard/queue/define-queue'
import type { LeasedWork } from '@trainyard/queue/leased-work'
import type { Outbox } from '@trainyard/queue/outbox'

const id = (bell: TrainBell) => `job-${bell.jobId}-${bell.gen}`

export const trainCpu = defineQueue({ name: QUEUES.trainCpu, payload: TrainBell, id })
export const trainGpu = defineQueue({ name: QUEUES.trainGpu, payload: TrainBell, id })

export const WORK: LeasedWork = { table: 'job.jobs', key: 'id' }
export const OUTBOX: Outbox = { table: 'job.outbox' }
