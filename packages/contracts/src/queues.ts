import { type Static, Type } from 'typebox'
import { Closed, Id } from './common.ts'

/** A bell: it says that something is queued; the claim decides what is run. */
export const TrainBell = Closed({ jobId: Id, gen: Type.Integer({ minimum: 1 }) })
export type TrainBell = Static<typeof TrainBell>
export const ProfileBell = Closed({ datasetId: Id, gen: Type.Integer({ minimum: 1 }) })
export type ProfileBell = Static<typeof ProfileBell>

export const QUEUES = { trainCpu: 'train-cpu', trainGpu: 'train-gpu', profile: 'profile' } as const
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES]
