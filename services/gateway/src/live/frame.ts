import { DatasetUpdate, JobUpdate, MAX_FRAME_BYTES } from '@trainyard/contracts/live'
import { Compile } from 'typebox/compile'

const jobUpdate = Compile(JobUpdate)
const datasetUpdate = Compile(DatasetUpdate)

/** One event of a job, encoded once; every socket sends these bytes. */
export type UpdateFrame = { kind: 'update'; jobId: string; seq: number; bytes: Buffer; update: JobUpdate }
/** Stands for everything up to `seq`: the client fetches the snapshot. */
export type ResyncFrame = { kind: 'resync'; jobId: string; seq: number; bytes: Buffer }
export type Frame = UpdateFrame | ResyncFrame
export type DatasetFrame = { kind: 'dataset'; datasetId: string; bytes: Buffer }

export const encode = (message: object) => Buffer.from(JSON.stringify(message))

export const resyncFrame = (jobId: string, seq: number): ResyncFrame => ({
  kind: 'resync',
  jobId,
  seq,
  bytes: encode({ type: 'resync', job_id: jobId, seq })
})

/** An event from the log, or from Redis with its `bytes`. One too long for a frame is a hole that the client fills. */
export function updateFrame(update: JobUpdate, bytes = encode(update)): Frame {
  const { job_id: jobId, seq } = update
  if (bytes.length > MAX_FRAME_BYTES) return resyncFrame(jobId, seq)
  return { kind: 'update', jobId, seq, bytes, update }
}

/** `update` standing for all events from `fromSeq` on. */
export const mergedBytes = (update: JobUpdate, fromSeq: number) => encode({ ...update, from_seq: fromSeq })

/**
 * A newer frame with the same slot says all that an older one said: progress, and metrics of the same series. Undefined
 * for what is never merged away.
 */
export function slotOf({ event, data }: JobUpdate): string | undefined {
  if (event === 'progress') return 'progress'
  if (event !== 'metrics') return undefined
  return `metrics ${Object.keys(data.values).sort().join('\n')}`
}

/** A message on a job's or a workspace's channel; undefined when it is neither kind of update. */
export function parsePublished(text: string): Frame | DatasetFrame | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (jobUpdate.Check(value)) return updateFrame(value, Buffer.from(text))
  if (datasetUpdate.Check(value)) {
    return { kind: 'dataset', datasetId: value.dataset_id, bytes: Buffer.from(text) }
  }
  return undefined
}
