import { runService } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { createMetrics } from '@trainyard/service-kit/metrics'
import { listen } from '@trainyard/service-kit/server'
import { Counter } from 'prom-client'
import { buildApp, buildInternalApp } from './app.ts'
import { gatewayConfig } from './config.ts'
import { createDeps } from './create-deps.ts'

const log = createLog('gateway', process.env.LOG_LEVEL || 'info')

await runService('gateway', log, async () => {
  const config = gatewayConfig(process.env)
  const metrics = createMetrics('gateway')
  const skipped = new Counter({
    name: 'trainyard_rate_limits_skipped_total',
    help: 'Requests that no rate limit was applied to because Redis was away',
    registers: [metrics]
  })
  const { deps, close } = createDeps(config, { log, limitSkipped: () => skipped.inc() })
  const app = await buildApp(deps)
  const internal = buildInternalApp(deps, metrics)
  const internalPort = await listen(internal, { host: config.INTERNAL_HOST, port: config.INTERNAL_PORT })
  const port = await listen(app, { host: config.HOST, port: config.PORT })
  return {
    port,
    internalPort,
    stop: [
      { name: 'http', stop: () => app.close() },
      { name: 'internal http', stop: () => internal.close() },
      { name: 'connections', stop: close }
    ]
  }
})
