import type { AccessClaims } from '@trainyard/contracts/auth'
import type { PlatformConfig } from '@trainyard/contracts/platform'
import type { InternalClient } from '@trainyard/service-kit/internal-client'
import type { Logger } from '@trainyard/service-kit/log'
import type { ServiceIdentity } from '@trainyard/service-kit/service-auth'
import type { Redis } from 'ioredis'
import type { BoardCheck } from './board-cookie.ts'
import type { Limits } from './limits.ts'
import type { Services } from './proxy.ts'
import type { RevocationList } from './revocations.ts'
import type { Upstream } from './upstream.ts'

/** What the gateway works with. */
export type Deps = {
  log: Logger
  publicUrls: string[]
  trustProxy: string | false
  /** Public ports of the services, to which REST is passed on. */
  services: Services
  stores: { datasets: Upstream; artifacts: Upstream }
  /** The job service's internal port, where the dashboard lives. */
  board: Upstream
  /** Internal routes of the services. */
  internal: { auth: InternalClient; dataset: InternalClient; job: InternalClient }
  identity: ServiceIdentity
  /** The claims of a token whose signature is right; whether it was revoked is another question. */
  verifyToken: (token: string) => Promise<AccessClaims>
  revocations: RevocationList
  isAdmin: BoardCheck
  /** Commands for counting; fails at once while Redis is away. */
  redis: Redis
  /** For subscriptions alone. */
  subscriber: Redis
  limits?: Limits
  /** Counts requests that no limit was applied to because Redis was away. */
  limitSkipped: () => void
  platform: PlatformConfig
  /** The folder of the built pages. */
  webDir: string
}
