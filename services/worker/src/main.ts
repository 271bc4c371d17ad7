import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { loadConfig } from '@trainyard/service-kit/config'
import { runService } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { connectRedis } from '@trainyard/service-kit/redis'
import { listen } from '@trainyard/service-kit/server'
import { WorkerConfig } from './config.ts'
import { buildHealthApp } from './health-app.ts'
import { startWorker } from './worker.ts'

const log = createLog('worker', process.env.LOG_LEVEL || 'info')

await runService('worker', log, async () => {
  const config = loadConfig(WorkerConfig, process.env)
  const redis = connectRedis('worker', config.REDIS_URL, log)
  const worker = await startWorker({
    config,
    env: process.env,
    setpriv: process.platform === 'linux' ? onPath('setpriv', process.env.PATH) : null,
    redis,
    clock: () => performance.now(),
    log
  })
  const app = buildHealthApp({ ...worker, log })
  const internalPort = await listen(app, { host: config.HOST, port: config.INTERNAL_PORT })
  return {
    port: null,
    internalPort,
    stop: [
      {
        name: 'work',
        // Fetching stops at once; messages in hand are let go when the work they led to was handed back.
        stop: async () => {
          const fetching = worker.bells.stopFetching()
          await Promise.all([worker.jobs.close(), worker.profiles.close()])
          await fetching
        },
        limitMs: 28_000
      },
      { name: 'queues', stop: () => worker.bells.close(), limitMs: 2_000 },
      { name: 'trainer', stop: () => worker.host.stop(), limitMs: 4_000 },
      { name: 'http', stop: () => app.close(), limitMs: 2_000 },
      { name: 'connections', stop: () => worker.closeConnections(), limitMs: 2_000 },
      { name: 'redis', stop: () => redis.disconnect() }
    ]
  }
})

/** The first executable file of that name on the PATH. */
function onPath(name: string, path = ''): string | null {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder: the next one is looked at.
    }
  }
  return null
}
