import { hkdfSync } from 'node:crypto'
import { createStore } from '@trainyard/object-store/store'
import { reRing } from '@trainyard/queue/re-ring'
import { watchRunId } from '@trainyard/queue/run-id'
import { splitUrls } from '@trainyard/service-kit/config'
import { internalClient } from '@trainyard/service-kit/internal-client'
import type { Running } from '@trainyard/service-kit/lifecycle'
import type { Logger } from '@trainyard/service-kit/log'
import { createMetrics } from '@trainyard/service-kit/metrics'
import { requireSchemaVersion } from '@trainyard/service-kit/migrate'
import { createPool, database } from '@trainyard/service-kit/postgres'
import { connectRedis } from '@trainyard/service-kit/redis'
import { listen } from '@trainyard/service-kit/server'
import { serviceIdentity } from '@trainyard/service-kit/service-auth'
import { accessVerifier } from '@trainyard/service-kit/user-auth'
import { buildApp, buildInternalApp } from './app.ts'
import { mountBoard } from './board.ts'
import { loadCatalogue } from './catalogue.ts'
import type { JobConfig } from './config.ts'
import { datasetsApi } from './datasets.ts'
import type { Deps } from './deps.ts'
import { ringOf, startDispatcher } from './dispatch.ts'
import { MIGRATIONS } from './migrate.ts'
import { createPublisher } from './publish.ts'
import { trainCpu, trainGpu, WORK } from './queues.ts'
import { type Pace, startReconciler } from './reconcile.ts'
import { createSameCatalogue } from './same-catalogue.ts'

/** Opens everything, in the order in which it is needed, and says how to close it again. */
export async function startJobService(config: JobConfig, log: Logger, pace: Pace = {}): Promise<Running> {
  const pool = createPool(config.DATABASE_URL, { log, max: 20 })
  await requireSchemaVersion(pool, 'job', MIGRATIONS)
  const db = database(pool)
  const redis = connectRedis('request', config.REDIS_URL, log)
  const store = createStore({
    url: config.OBJECT_STORE_URL,
    region: config.OBJECT_STORE_REGION,
    bucket: config.OBJECT_STORE_BUCKET,
    accessKey: config.OBJECT_STORE_ACCESS_KEY,
    secretKey: config.OBJECT_STORE_SECRET_KEY
  })
  const identity = serviceIdentity({ name: 'job', key: config.SERVICE_KEY })
  const datasets = datasetsApi(
    internalClient({ baseUrl: config.DATASET_INTERNAL_URL, audience: 'dataset', identity })
  )
  const producers = { cpu: trainCpu.producer(redis), gpu: trainGpu.producer(redis) }
  const databaseUrl = config.DATABASE_URL
  const dispatcher = startDispatcher({ db, databaseUrl, producers, datasets, store, log })
  const bells = ringOf(producers)
  const watch = watchRunId(
    redis,
    async (forgot) => {
      await dispatcher.retryNow('ring')
      if (forgot) await reRing(db, WORK, bells, { afterSeconds: 0, queueColumn: 'queue' })
    },
    log
  )
  const catalogue = loadCatalogue()
  const deps: Deps = {
    log,
    db,
    store,
    datasets,
    catalogue,
    sameCatalogue: createSameCatalogue(catalogue, log),
    publish: createPublisher(redis, log),
    wake: dispatcher.wake,
    secrets: {
      attempts: derived(config.SERVICE_KEY, 'attempts'),
      links: derived(config.SERVICE_KEY, 'links')
    },
    leaseSeconds: config.LEASE_SECONDS,
    publicUrls: splitUrls(config.PUBLIC_URLS)
  }
  const reconciler = startReconciler(deps, { databaseUrl, bells, ...pace })
  // Redis and the store are not asked: without them jobs are still taken, listed and stopped.
  const checks = { postgres: () => pool.query('select 1') }
  const boardRedis = config.BULL_BOARD === 'on' ? connectRedis('worker', config.REDIS_URL, log) : undefined
  let closeBoard: (() => Promise<void>) | undefined
  const verify = accessVerifier({
    jwksUrl: `${config.AUTH_URL}/.well-known/jwks.json`,
    issuer: config.ISSUER
  })
  const app = await buildApp({ ...deps, verify, checks })
  const internal = await buildInternalApp(
    {
      ...deps,
      checks,
      serviceJwks: config.SERVICE_JWKS,
      workerTokenSha256: config.WORKER_TOKEN_SHA256,
      registry: createMetrics('job'),
      mountBoard: async (target) => {
        if (boardRedis) closeBoard = await mountBoard(target, boardRedis)
      }
    },
    app
  )
  const port = await listen(app, { host: config.HOST, port: config.PORT })
  const internalPort = await listen(internal, { host: config.HOST, port: config.INTERNAL_PORT })
  return {
    port,
    internalPort,
    stop: [
      { name: 'http', stop: () => app.close() },
      { name: 'internal http', stop: () => internal.close() },
      { name: 'board', stop: () => closeBoard?.(), limitMs: 3_000 },
      { name: 'reconciler', stop: reconciler.stop },
      { name: 'dispatcher', stop: dispatcher.stop },
      {
        name: 'producers',
        stop: () => Promise.all([producers.cpu.close(), producers.gpu.close()]),
        limitMs: 3_000
      },
      { name: 'store', stop: store.close },
      { name: 'postgres', stop: () => pool.end() },
      {
        name: 'redis',
        stop: () => {
          watch.stop()
          redis.disconnect()
          boardRedis?.disconnect()
        }
      }
    ]
  }
}

/** Keys for this service's own tokens, from the one secret that it has anyhow (HKDF, RFC 5869). */
const derived = (key: string, use: string) => Buffer.from(hkdfSync('sha256', key, 'trainyard job', use, 32))
