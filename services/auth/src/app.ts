import { health } from '@trainyard/service-kit/health'
import type { Logger } from '@trainyard/service-kit/log'
import { type createMetrics, metricsRoute } from '@trainyard/service-kit/metrics'
import { openapi, openapiRoute } from '@trainyard/service-kit/openapi'
import { type App, createServer } from '@trainyard/service-kit/server'
import { serviceAuth } from '@trainyard/service-kit/service-auth'
import { refuseUnknownFields } from '@trainyard/service-kit/unknown-fields'
import { userAuth } from '@trainyard/service-kit/user-auth'
import { sql } from 'drizzle-orm'
import { accessWithSession } from './access.ts'
import type { Deps } from './deps.ts'
import { internalRoutes } from './routes/internal.ts'
import { keyRoutes } from './routes/keys.ts'
import { passwordRoutes } from './routes/password.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { setupRoutes } from './routes/setup.ts'
import { ticketRoutes } from './routes/tickets.ts'
import { userRoutes } from './routes/users.ts'
import { logRefusals } from './security-event.ts'

const checks = ({ db }: Deps) => ({ checks: { postgres: () => db.execute(sql`select 1`) } })

/** What the gateway proxies. */
export async function buildApp(deps: Deps, log: Logger): Promise<App> {
  const app = createServer({ log })
  refuseUnknownFields(app)
  await openapi(app, { title: 'Accounts' })
  logRefusals(app)
  userAuth(app, { verify: accessWithSession(deps) })
  userRoutes(app, deps)
  sessionRoutes(app, deps)
  passwordRoutes(app, deps)
  setupRoutes(app, deps)
  ticketRoutes(app, deps)
  keyRoutes(app, deps)
  health(app, checks(deps))
  return app
}

type Internal = { publicApp: App; jwks: string; metrics: ReturnType<typeof createMetrics>; log: Logger }

/** What the other services ask; on a port that nothing outside reaches. */
export function buildInternalApp(deps: Deps, { publicApp, jwks, metrics, log }: Internal): App {
  const app = createServer({ log })
  serviceAuth(app, { audience: 'auth', jwks })
  internalRoutes(app, deps)
  openapiRoute(app, publicApp)
  metricsRoute(app, metrics)
  health(app, checks(deps))
  return app
}
