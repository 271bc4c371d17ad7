import { collectDefaultMetrics, Registry } from 'prom-client'
import type { App } from './server.ts'

/** A registry of this process's own, with Node's usual figures in it. */
export function createMetrics(service: string) {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return registry
}

/** `GET /metrics` in the Prometheus text format, on the internal app alone. */
export function metricsRoute(app: App, registry: Registry) {
  app.get(
    '/metrics',
    { config: { callers: 'anyone', access: 'public' }, schema: { hide: true, operationId: 'metrics' } },
    async (_req, reply) => reply.type(registry.contentType).send(await registry.metrics())
  )
}
