import { LIMITS } from '@trainyard/contracts/platform'
import { health } from '@trainyard/service-kit/health'
import { type createMetrics, metricsRoute } from '@trainyard/service-kit/metrics'
import { openapi, openapiRoute } from '@trainyard/service-kit/openapi'
import { type App, createServer } from '@trainyard/service-kit/server'
import { serviceAuth } from '@trainyard/service-kit/service-auth'
import { refuseUnknownFields } from '@trainyard/service-kit/unknown-fields'
import { userAuth } from '@trainyard/service-kit/user-auth'
import { sql } from 'drizzle-orm'
import type { Deps } from './deps.ts'
import { datasetRoutes } from './routes/datasets.ts'
import { downloadRoutes } from './routes/download.ts'
import { holdRoutes } from './routes/holds.ts'
import { profileRoutes } from './routes/profile.ts'
import { uploadRoute } from './routes/upload.ts'

/** Redis is not among them: while it is away uploads are taken, and bells are rung when it is back. */
const checks = ({ db, store }: Deps) => ({
  checks: { postgres: () => db.execute(sql`select 1`), object_store: () => store.ping() }
})

/** What the gateway proxies. */
export async function buildApp(deps: Deps): Promise<App> {
  const app = createServer({ log: deps.log })
  refuseUnknownFields(app)
  await openapi(app, { title: 'Datasets' })
  userAuth(app, { verify: deps.verify })
  await uploadRoute(app, deps)
  datasetRoutes(app, deps)
  downloadRoutes(app, deps)
  health(app, checks(deps))
  return app
}

/** A profile of 10,000 columns has many keys; its bytes are bounded. */
const maxKeys = 1_000_000

type Internal = {
  publicApp: App
  jwks: string
  workerTokenSha256: string
  metrics: ReturnType<typeof createMetrics>
}

/** What workers and the job service ask; on a port that nothing outside reaches. */
export function buildInternalApp(deps: Deps, { publicApp, jwks, workerTokenSha256, metrics }: Internal): App {
  const app = createServer({ log: deps.log, bodyLimit: LIMITS.internalBodyBytes, maxKeys })
  serviceAuth(app, { audience: 'dataset', jwks, workerTokenSha256 })
  profileRoutes(app, deps)
  holdRoutes(app, deps)
  openapiRoute(app, publicApp)
  metricsRoute(app, metrics)
  health(app, checks(deps))
  return app
}
