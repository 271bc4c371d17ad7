import { randomBytes } from 'node:crypto'

/** 128 random bits: a key is never guessed, and never written twice. */
const random = () => randomBytes(16).toString('hex')

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const datasetPattern = new RegExp(`^(${uuid})/[0-9a-f]{32}$`)

/**
 * Every object key of the platform is built here, from ids and random numbers. What a client calls a file is
 * never part of a key; the one name that is (of an artifact) has passed `ArtifactName`: one segment, no path.
 */
export const datasetPrefix = (datasetId: string) => `${datasetId}/`
export const datasetKey = (datasetId: string) => `${datasetPrefix(datasetId)}${random()}`

/** The dataset whose object this is, or null for a key that is not of that form. */
export const datasetOfKey = (key: string): string | null => datasetPattern.exec(key)?.[1] ?? null

export const artifactPrefix = (jobId: string) => `${jobId}/`
export const attemptPrefix = (jobId: string, attempt: number) => `${artifactPrefix(jobId)}${attempt}/`
export const artifactKey = (jobId: string, attempt: number, name: string) =>
  `${attemptPrefix(jobId, attempt)}${random()}/${name}`

export const checkpointPrefix = (jobId: string) => `checkpoints/${jobId}/`
export const checkpointAttemptPrefix = (jobId: string, attempt: number) =>
  `${checkpointPrefix(jobId)}${attempt}/`
export const checkpointKey = (jobId: string, attempt: number, step: number) =>
  `${checkpointAttemptPrefix(jobId, attempt)}${step}-${random()}`
