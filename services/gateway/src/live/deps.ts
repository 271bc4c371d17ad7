import type { AccessClaims, RedeemedTicket } from '@trainyard/contracts/auth'
import type { JobUpdate } from '@trainyard/contracts/live'
import type { Job } from '@trainyard/contracts/training'
import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'
import type { LiveLimits } from './limits.ts'

/** Whose eyes a job is read with. */
export type Viewer = Pick<AccessClaims, 'sub' | 'workspace_id'>

/** What the live side reads from the job service. A foreign or missing job is refused with `JOB_NOT_FOUND`. */
export type JobApi = {
  snapshot: (jobId: string, viewer: Viewer) => Promise<Job>
  /** Events with `seq` above `after`, in order, without holes, at most `limit`. */
  events: (jobId: string, after: number, limit: number, viewer: Viewer) => Promise<JobUpdate[]>
  /** The newest `seq` of each job; a job that is gone is missing. */
  lastSeqs: (jobIds: string[]) => Promise<Record<string, number>>
}

export type LiveDeps = {
  /** Throws `UNAUTHENTICATED` for a bad token and `UNAVAILABLE` when that cannot be known now. */
  verifyToken: (token: string) => Promise<AccessClaims>
  isRevoked: (claims: AccessClaims) => boolean | Promise<boolean>
  /** Called whenever something was revoked; every socket is checked again then. */
  onRevoked: (callback: () => void) => () => void
  redeemTicket: (ticket: string) => Promise<RedeemedTicket>
  jobApi: JobApi
  /** A connection for subscriptions alone. */
  subscriber: Redis
  /** Browsers may connect from these origins. */
  publicUrls: readonly string[]
  log: Logger
  limits?: Partial<LiveLimits>
}
