import type { Logger } from '@trainyard/service-kit/log'
import { createMetrics, metricsRoute } from '@trainyard/service-kit/metrics'
import { createServer } from '@trainyard/service-kit/server'
import { Gauge } from 'prom-client'
import { Type } from 'typebox'
import type { ClaimLoop } from './claim-loop.ts'
import type { DatasetCache } from './dataset-cache.ts'
import type { TrainerHost } from './trainer-host.ts'

type Deps = { host: TrainerHost; jobs: ClaimLoop; profiles: ClaimLoop; cache: DatasetCache; log: Logger }

const open = { access: 'public', callers: 'anyone' } as const
const Ready = Type.Object({
  ready: Type.Boolean(),
  trainer: Type.Enum(['warming', 'warm', 'restarting', 'stopped']),
  trainer_seconds: Type.Union([Type.Number(), Type.Null()])
})

/** `/healthz`, `/readyz` and `/metrics`; the worker serves nothing else. Ready means that it takes work. */
export function buildHealthApp({ host, jobs, profiles, cache, log }: Deps) {
  const app = createServer({ log })
  app.get('/healthz', { config: open, schema: { operationId: 'healthz' } }, async () => ({
    ok: true
  }))
  app.get(
    '/readyz',
    { config: open, schema: { operationId: 'readyz', response: { 200: Ready } } },
    async () => ({ ready: true, trainer: host.state(), trainer_seconds: host.seconds() })
  )
  const registry = createMetrics('worker')
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      }
    })
  gauge('trainyard_trainer_warm', '1 while a warm trainer host runs', () => (host.state() === 'warm' ? 1 : 0))
  gauge('trainyard_jobs_in_hand', 'Attempts that train or upload', jobs.running)
  gauge('trainyard_free_devices', 'Devices without a trainer', jobs.free)
  gauge('trainyard_profiles_in_hand', 'Profiles being made', profiles.running)
  gauge('trainyard_cache_bytes', 'Size of the dataset cache', cache.bytes)
  metricsRoute(app, registry)
  return app
}
