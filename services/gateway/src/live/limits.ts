import { MAX_FRAME_BYTES, MAX_REPLAY } from '@trainyard/contracts/live'

/** Every bound of the live side. Times in milliseconds, sizes in bytes. */
export const LIVE_LIMITS = {
  frameBytes: MAX_FRAME_BYTES,
  /** A socket that has not said who it is by then is closed with 4401. */
  authenticateMs: 10_000,
  pingMs: 30_000,
  /** A peer that sent nothing, not even a pong, for this long is dropped. */
  silentMs: 60_000,
  sockets: 5_000,
  socketsPerUser: 50,
  jobsPerSocket: 200,
  /** Upgrades: after a restart every client comes back at once. */
  upgradesPerSecond: 200,
  upgradeBurst: 1_000,
  messagesPerSecond: 20,
  messageBurst: 250,
  /** Frames that wait while a subscription is opened; one more, and the client gets `resync`. */
  held: 1_000,
  /** More missed events than this become `resync`. */
  replay: MAX_REPLAY,
  page: 1_000,
  /** Unsent bytes above which frames are merged instead of sent, and below which sending goes on. */
  highWater: 1_048_576,
  lowWater: 262_144,
  /** Merged frames that wait for a slow client; above, the history of each job becomes one `resync`. */
  backlogBytes: 1_048_576,
  /** Unsent bytes above which, and time after which, a slow client is closed with 1013. */
  stuckBytes: 4_194_304,
  stuckMs: 30_000,
  /** Between two comparisons with the job service, and how long a message may be on its way before that. */
  compareMs: 2_000,
  inFlightMs: 250,
  /** How long a subscription waits for Redis before it goes on without; the comparison then brings the events. */
  subscribeMs: 2_000,
  revocationMs: 30_000,
  tickMs: 1_000,
  /** After a close frame the peer has this long to answer it. */
  goodbyeMs: 2_000
}
export type LiveLimits = typeof LIVE_LIMITS
