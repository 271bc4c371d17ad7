import { LIMITS } from '@trainyard/contracts/platform'
import { health } from '@trainyard/service-kit/health'
import { metricsRoute } from '@trainyard/service-kit/metrics'
import { openapi, openapiRoute } from '@trainyard/service-kit/openapi'
import { type App, createServer } from '@trainyard/service-kit/server'
import { serviceAuth } from '@trainyard/service-kit/service-auth'
import { refuseUnknownFields } from '@trainyard/service-kit/unknown-fields'
import { userAuth, type VerifyAccess } from '@trainyard/service-kit/user-auth'
import type { Registry } from 'prom-client'
import type { Deps } from './deps.ts'
import { architectureRoutes } from './routes/architectures.ts'
import { artifactRoutes } from './routes/artifacts.ts'
import { historyRoutes } from './routes/history.ts'
import { serviceRoutes } from './routes/internal-services.ts'
import { workerRoutes } from './routes/internal-worker.ts'
import { jobRoutes } from './routes/jobs.ts'
import { lifecycleRoutes } from './routes/lifecycle.ts'

type Checks = Record<string, () => Promise<unknown>>

/** Replies are made field by field and typed against their schemas; going through each once more would cost more than making it. */
const plainJson = () => (data: unknown) => JSON.stringify(data)

/** What the gateway proxies. */
export async function buildApp(deps: Deps & { verify: VerifyAccess; checks: Checks }): Promise<App> {
  const app = createServer({ log: deps.log })
  app.setSerializerCompiler(plainJson)
  refuseUnknownFields(app)
  await openapi(app, { title: 'Training' })
  userAuth(app, { verify: deps.verify })
  jobRoutes(app, deps)
  lifecycleRoutes(app, deps)
  historyRoutes(app, deps)
  artifactRoutes(app, deps)
  architectureRoutes(app, deps)
  health(app, { checks: deps.checks })
  await app.ready()
  return app
}

type InternalDeps = Deps & {
  checks: Checks
  serviceJwks: string
  workerTokenSha256: string
  registry: Registry
  mountBoard?: (app: App) => Promise<void>
}

/** What workers and the other services call; not reachable through the gateway. */
export async function buildInternalApp(deps: InternalDeps, publicApp: App): Promise<App> {
  // Batches of events have many keys; their number is bounded by the body and the schema.
  const app = createServer({ log: deps.log, bodyLimit: LIMITS.internalBodyBytes, maxKeys: 200_000 })
  app.setSerializerCompiler(plainJson)
  serviceAuth(app, { audience: 'job', jwks: deps.serviceJwks, workerTokenSha256: deps.workerTokenSha256 })
  workerRoutes(app, deps)
  serviceRoutes(app, deps)
  openapiRoute(app, publicApp)
  health(app, { checks: deps.checks })
  metricsRoute(app, deps.registry)
  await deps.mountBoard?.(app)
  await app.ready()
  return app
}
