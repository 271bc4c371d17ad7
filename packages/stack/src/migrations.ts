import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { projectRoot } from './paths.ts'
import { runOnce } from './processes/run-once.ts'
import { schemas } from './servers/database.ts'
import { databaseName, migrationLaunch, type Plan } from './services.ts'

/** Everything that decides what the migrations do. */
function migrationsHash(): string {
  const hash = createHash('sha256')
  const files = [
    'services/*/migrations/**/*.sql',
    'services/*/src/migrate.ts',
    'packages/service-kit/src/migrate.ts'
  ]
  for (const file of globSync(files, { cwd: projectRoot }).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(projectRoot, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * Applies what is missing, each schema by its own service. The hash of all migrations is kept as the database's
 * comment, so that it goes wherever the tables go, and a start with nothing to migrate need not ask three processes.
 * @param adminUrl the platform's database as the administrator
 */
export async function migrateAll(
  plan: Plan,
  adminUrl: string,
  onLine: (name: string, line: string) => void,
  signal?: AbortSignal
): Promise<void> {
  const done = `migrations ${migrationsHash()}`
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 })
  // A stop that is asked for meanwhile ends the server under this connection; the query that waits says so.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ comment: string | null }>(
      `select shobj_description(oid, 'pg_database') as comment from pg_database where datname = current_database()`
    )
    if (rows[0]?.comment === done) return
    await Promise.all(
      schemas.map((name) =>
        runOnce({ name: `migrate-${name}`, what: `The migration of ${name}` }, migrationLaunch(plan, name), {
          onLine: (line) => onLine(`migrate-${name}`, line),
          signal
        })
      )
    )
    await client.query(`comment on database ${databaseName} is ${pg.escapeLiteral(done)}`)
  } finally {
    await client.end()
  }
}
