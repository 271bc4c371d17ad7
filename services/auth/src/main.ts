import { runService } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { createMetrics } from '@trainyard/service-kit/metrics'
import { requireSchemaVersion } from '@trainyard/service-kit/migrate'
import { createPool, database } from '@trainyard/service-kit/postgres'
import { listen } from '@trainyard/service-kit/server'
import { buildApp, buildInternalApp } from './app.ts'
import { authConfig } from './config.ts'
import { createDeps } from './create-deps.ts'
import { MIGRATIONS } from './migrate.ts'
import { offerSetup } from './setup-token.ts'
import { keepSweeping } from './sweep.ts'

const log = createLog('auth', process.env.LOG_LEVEL || 'info')

await runService('auth', log, async () => {
  const config = await authConfig(process.env)
  const pool = createPool(config.DATABASE_URL, { log })
  await requireSchemaVersion(pool, 'auth', MIGRATIONS)
  const db = database(pool)
  const deps = await createDeps(config, db)
  const app = await buildApp(deps, log)
  const metrics = createMetrics('auth')
  const internal = buildInternalApp(deps, { publicApp: app, jwks: config.SERVICE_JWKS, metrics, log })
  await offerSetup(db, config.SETUP_TOKEN_FILE_OUT, log)
  const internalPort = await listen(internal, { host: config.HOST, port: config.INTERNAL_PORT })
  const port = await listen(app, { host: config.HOST, port: config.PORT })
  const stopSweeping = keepSweeping(db, log)
  return {
    port,
    internalPort,
    stop: [
      { name: 'http', stop: () => app.close() },
      { name: 'internal http', stop: () => internal.close() },
      { name: 'sweep', stop: stopSweeping },
      { name: 'postgres', stop: () => pool.end() }
    ]
  }
})
