import { fileURLToPath } from 'node:url'
import { loadConfig } from '@trainyard/service-kit/config'
import { migrate } from '@trainyard/service-kit/migrate'
import { Type } from 'typebox'

export const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url))

/** Brings schema `auth` to the newest version; `url` must log in as its owner. Gives the versions it applied. */
export const migrateAuth = (url: string) => migrate({ url, schema: 'auth', folder: MIGRATIONS })

if (import.meta.main) {
  const config = loadConfig(
    Type.Object({ MIGRATE_DATABASE_URL: Type.String({ pattern: '^postgres' }) }),
    process.env
  )
  const applied = await migrateAuth(config.MIGRATE_DATABASE_URL)
  process.stdout.write(`${JSON.stringify({ name: 'auth', msg: 'migrated', applied })}\n`)
}
