import { RedeemedTicket } from '@trainyard/contracts/auth'
import { fail } from '@trainyard/service-kit/errors'
import { health } from '@trainyard/service-kit/health'
import { type createMetrics, metricsRoute } from '@trainyard/service-kit/metrics'
import { openapi } from '@trainyard/service-kit/openapi'
import { type App, createServer } from '@trainyard/service-kit/server'
import { userAuth } from '@trainyard/service-kit/user-auth'
import { boardRoutes } from './board.ts'
import { cors } from './cors.ts'
import type { Deps } from './deps.ts'
import { docsPage } from './docs-page.ts'
import { boundEarlyReplies } from './early-replies.ts'
import { rateLimits } from './limits.ts'
import { internalJobApi } from './live/job-api.ts'
import { livePlugin } from './live/plugin.ts'
import { objectRoutes } from './objects.ts'
import { openapiDocument } from './openapi.ts'
import { pages } from './pages.ts'
import { refuseOddPaths } from './paths.ts'
import { platformConfig } from './platform-config.ts'
import { leaveBodies, proxyRoutes } from './proxy.ts'
import { setSecurityHeaders } from './security-headers.ts'

/** A connection on which nothing moves for this long is closed; a socket's own pings take over after its upgrade. */
const IDLE_MS = 120_000

/** The only public port. */
export async function buildApp(deps: Deps): Promise<App> {
  const { log, publicUrls, internal, revocations, verifyToken } = deps
  const app = createServer({ log, trustProxy: deps.trustProxy })
  app.server.setTimeout(IDLE_MS)
  await openapi(app, { title: 'Gateway' })
  boundEarlyReplies(app)
  setSecurityHeaders(app, publicUrls)
  refuseOddPaths(app)
  rateLimits(app, deps)
  userAuth(app, {
    verify: async (token) => {
      const claims = await verifyToken(token)
      if (await revocations.isRevoked(claims)) throw fail('UNAUTHENTICATED')
      return claims
    }
  })
  cors(app, publicUrls)
  platformConfig(app, deps.platform)
  openapiDocument(app, { services: Object.values(internal), own: () => app.swagger() })
  await docsPage(app)
  await pages(app, deps.webDir)
  health(app, checks(deps))
  await app.register(async (scope: App) => {
    leaveBodies(scope)
    proxyRoutes(scope, deps.services)
    objectRoutes(scope, deps.stores)
    boardRoutes(scope, { job: deps.board, identity: deps.identity, isAdmin: deps.isAdmin })
  })
  await livePlugin(app, {
    verifyToken,
    isRevoked: revocations.isRevoked,
    onRevoked: revocations.onRevoked,
    redeemTicket: (ticket) =>
      internal.auth.call('POST', '/internal/ws-tickets/redeem', { body: { ticket }, reply: RedeemedTicket }),
    jobApi: internalJobApi(internal.job),
    subscriber: deps.subscriber,
    publicUrls,
    log
  })
  return app
}

/** Health and metrics, on a port that nothing outside reaches. */
export function buildInternalApp(deps: Deps, metrics: ReturnType<typeof createMetrics>): App {
  const app = createServer({ log: deps.log })
  metricsRoute(app, metrics)
  health(app, checks(deps))
  return app
}

/** Ready when every service is: a page that can only half work is not ready. */
const checks = ({ internal: { auth, dataset, job } }: Deps) => ({
  checks: {
    auth: () => auth.call('GET', '/readyz', { timeoutMs: 2_500 }),
    dataset: () => dataset.call('GET', '/readyz', { timeoutMs: 2_500 }),
    job: () => job.call('GET', '/readyz', { timeoutMs: 2_500 })
  }
})
