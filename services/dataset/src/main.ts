import { hkdfSync } from 'node:crypto'
import { createStore } from '@trainyard/object-store/store'
import { splitUrls } from '@trainyard/service-kit/config'
import { internalClient } from '@trainyard/service-kit/internal-client'
import { runService } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { createMetrics } from '@trainyard/service-kit/metrics'
import { requireSchemaVersion } from '@trainyard/service-kit/migrate'
import { createPool, database } from '@trainyard/service-kit/postgres'
import { connectRedis } from '@trainyard/service-kit/redis'
import { listen } from '@trainyard/service-kit/server'
import { serviceIdentity } from '@trainyard/service-kit/service-auth'
import { accessVerifier } from '@trainyard/service-kit/user-auth'
import { buildApp, buildInternalApp } from './app.ts'
import { startBells, startLeader } from './background.ts'
import { type Config, datasetConfig } from './config.ts'
import type { Deps } from './deps.ts'
import { MIGRATIONS } from './migrate.ts'
import { createTell } from './tell.ts'

const log = createLog('dataset', process.env.LOG_LEVEL || 'info')

const storeOf = (config: Config) =>
  createStore({
    url: config.OBJECT_STORE_URL,
    region: config.OBJECT_STORE_REGION,
    bucket: config.OBJECT_STORE_BUCKET,
    accessKey: config.OBJECT_STORE_ACCESS_KEY,
    secretKey: config.OBJECT_STORE_SECRET_KEY,
    onLeftover: (err) => log.warn({ err }, 'parts of an upload were left; the sweep removes them')
  })

await runService('dataset', log, async () => {
  const config = datasetConfig(process.env)
  const { DATABASE_URL: databaseUrl, SERVICE_KEY: key, HOST: host } = config
  const pool = createPool(databaseUrl, { log })
  await requireSchemaVersion(pool, 'dataset', MIGRATIONS)
  const db = database(pool)
  const store = storeOf(config)
  const redis = connectRedis('request', config.REDIS_URL, log)
  const bells = startBells({ db, log, redis, databaseUrl })
  const deps: Deps = {
    ...{ db, store, log, wake: bells.wake, tell: createTell(redis, log) },
    verify: accessVerifier({ jwksUrl: `${config.AUTH_URL}/.well-known/jwks.json`, issuer: config.ISSUER }),
    // All replicas have the same key, so that each knows the tokens of the others.
    secret: new Uint8Array(hkdfSync('sha256', key, '', 'dataset tokens', 32)),
    publicUrls: splitUrls(config.PUBLIC_URLS),
    limits: {
      uploadBytes: config.UPLOAD_LIMIT_BYTES,
      inflatedBytes: config.INFLATED_LIMIT_BYTES,
      leaseSeconds: config.PROFILE_LEASE_SECONDS,
      uploads: { total: 32, perUser: 8 },
      stallMs: 60_000
    }
  }
  const identity = serviceIdentity({ name: 'dataset', key })
  const jobs = internalClient({ baseUrl: config.JOB_INTERNAL_URL, audience: 'job', identity })
  const app = await buildApp(deps)
  const internal = buildInternalApp(deps, {
    publicApp: app,
    jwks: config.SERVICE_JWKS,
    workerTokenSha256: config.WORKER_TOKEN_SHA256,
    metrics: createMetrics('dataset')
  })
  const internalPort = await listen(internal, { host, port: config.INTERNAL_PORT })
  const port = await listen(app, { host, port: config.PORT })
  const leader = startLeader({
    ...{ ...deps, jobs, databaseUrl, ringAgain: bells.ringAgain },
    graceSeconds: config.SWEEP_GRACE_SECONDS,
    sweepEverySeconds: config.SWEEP_EVERY_SECONDS
  })
  return {
    port,
    internalPort,
    stop: [
      { name: 'http', stop: () => app.close() },
      { name: 'internal http', stop: () => internal.close() },
      leader,
      { name: 'bells', stop: bells.stop },
      { name: 'object store', stop: () => store.close() },
      { name: 'postgres', stop: () => pool.end() },
      { name: 'redis', stop: () => redis.disconnect() }
    ]
  }
})
