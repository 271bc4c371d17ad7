/** The share of the lease after which nothing is published any more, and after which the trainer is killed. */
const PUBLISH_SHARE = 0.7
const LOST_SHARE = 0.9

export type Lease = {
  /** `sentAt` is when the request that renewed it was sent: the database renewed it later, never earlier. */
  renew: (sentAt: number, seconds: number) => void
  publishable: () => boolean
  /** Milliseconds between two renewals at the most, so that several may fail before the lease is lost. */
  renewalMs: () => number
  lost: () => boolean
}

/**
 * How much of the attempt's lease is used, by the monotonic clock of this process: the one thing that stays true
 * while the network is cut or the process was paused.
 */
export function createLease(sentAt: number, seconds: number, clock: () => number): Lease {
  let from = sentAt
  let lengthMs = seconds * 1_000
  const used = () => (clock() - from) / lengthMs
  return {
    renew: (at, newSeconds) => {
      if (at <= from) return
      from = at
      lengthMs = newSeconds * 1_000
    },
    renewalMs: () => lengthMs / 5,
    publishable: () => used() < PUBLISH_SHARE,
    lost: () => used() >= LOST_SHARE
  }
}
