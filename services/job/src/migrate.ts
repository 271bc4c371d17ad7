import { fileURLToPath } from 'node:url'
import { loadConfig } from '@trainyard/service-kit/config'
import { migrate } from '@trainyard/service-kit/migrate'
import { Type } from 'typebox'

export const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url))

/** Brings schema `job` to the newest version; `url` must log in as its owner. Gives the versions it applied. */
export const migrateJobs = (url: string) => migrate({ url, schema: 'job', folder: MIGRATIONS })

if (import.meta.main) {
  const config = loadConfig(
    Type.Object({ MIGRATE_DATABASE_URL: Type.String({ pattern: '^postgres' }) }),
    process.env
  )
  const applied = await migrateJobs(config.MIGRATE_DATABASE_URL)
  process.stdout.write(`${JSON.stringify({ name: 'job', msg: 'migrated', applied })}\n`)
}
