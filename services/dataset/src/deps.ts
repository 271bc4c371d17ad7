import type { ObjectStore } from '@trainyard/object-store/store'
import type { Logger } from '@trainyard/service-kit/log'
import type { Database } from '@trainyard/service-kit/postgres'
import type { VerifyAccess } from '@trainyard/service-kit/user-auth'
import type { Tell } from './tell.ts'
import type { PlaceLimits } from './upload/places.ts'

/** What the routes work with. */
export type Deps = {
  db: Database
  store: ObjectStore
  log: Logger
  verify: VerifyAccess
  tell: Tell
  /** The outbox has something: after a commit. */
  wake: () => void
  /** From which attempt and link tokens are derived. */
  secret: Uint8Array
  /** The first is the canonical one. */
  publicUrls: string[]
  limits: Limits
}
export type Limits = {
  uploadBytes: number
  inflatedBytes: number
  leaseSeconds: number
  /** Each upload takes up to 24 MiB. */
  uploads: PlaceLimits
  /** A client that sends nothing for so long has gone. */
  stallMs: number
}
