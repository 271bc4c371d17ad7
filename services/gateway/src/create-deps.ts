import { internalClient } from '@trainyard/service-kit/internal-client'
import type { Logger } from '@trainyard/service-kit/log'
import { connectRedis } from '@trainyard/service-kit/redis'
import { type ServiceName, serviceIdentity } from '@trainyard/service-kit/service-auth'
import { accessVerifier } from '@trainyard/service-kit/user-auth'
import { boardCookie } from './board-cookie.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { createRevocations } from './revocations.ts'
import { createUpstream } from './upstream.ts'

const VERSION = '0.1.0'

/** Everything the gateway works with, made from the configuration; the same in tests. `close` ends its connections. */
export function createDeps(
  config: Config,
  { log, limitSkipped }: { log: Logger; limitSkipped: () => void }
): { deps: Deps; close: () => Promise<void> } {
  const identity = serviceIdentity({ name: 'gateway', key: config.SERVICE_KEY })
  const client = (audience: ServiceName, baseUrl: string) => internalClient({ baseUrl, audience, identity })
  const internal = {
    auth: client('auth', config.AUTH_INTERNAL_URL),
    dataset: client('dataset', config.DATASET_INTERNAL_URL),
    job: client('job', config.JOB_INTERNAL_URL)
  }
  const issuer = config.ISSUER
  const jwksUrl = `${config.AUTH_URL}/.well-known/jwks.json`
  const revocations = createRevocations({ auth: internal.auth, log })
  const services = {
    auth: createUpstream(config.AUTH_URL),
    dataset: createUpstream(config.DATASET_URL),
    job: createUpstream(config.JOB_URL)
  }
  const stores = {
    datasets: createUpstream(config.DATASET_STORE_URL),
    artifacts: createUpstream(config.ARTIFACT_STORE_URL)
  }
  const board = createUpstream(config.JOB_INTERNAL_URL, { connections: 16 })
  const redis = connectRedis('request', config.REDIS_URL, log)
  const subscriber = connectRedis('subscriber', config.REDIS_URL, log)
  const deps: Deps = {
    log,
    publicUrls: config.publicUrls,
    trustProxy: config.TRUST_PROXY ?? false,
    services,
    stores,
    board,
    internal,
    identity,
    verifyToken: accessVerifier({ jwksUrl, issuer }),
    revocations,
    isAdmin: boardCookie({ jwksUrl, issuer, isRevoked: revocations.isRevoked }),
    redis,
    subscriber,
    limitSkipped,
    platform: {
      version: VERSION,
      upload_limit_bytes: config.UPLOAD_LIMIT_BYTES,
      inflated_limit_bytes: config.INFLATED_LIMIT_BYTES,
      password_min_length: config.PASSWORD_MIN_LENGTH,
      registration: config.REGISTRATION,
      features: []
    },
    webDir: config.WEB_DIR
  }
  const close = async () => {
    revocations.stop()
    redis.disconnect()
    subscriber.disconnect()
    const upstreams = [...Object.values(services), ...Object.values(stores), board]
    await Promise.all(upstreams.map((upstream) => upstream.close()))
  }
  return { deps, close }
}
