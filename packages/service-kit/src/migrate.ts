import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** The schema is a name of ours, never a caller's text, and it is put into SQL as it is. */
type Options = { url: string; schema: string; folder: string }

/**
 * Applies the numbered SQL files of `folder` that the ledger `<schema>.migrations` lacks, each in a
 * transaction of its own. Runs as the schema's owner. An advisory lock makes simultaneous runs wait for each
 * other; a file that was changed after it was applied is refused. Gives the versions it applied.
 */
export async function migrate({ url, schema, folder }: Options): Promise<number[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => client.end())
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`migrate ${schema}`])
    await client.query(`create schema if not exists ${schema}`)
    await client.query(`create table if not exists ${schema}.migrations (
      version integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`)
    const applied: number[] = []
    for (const file of await migrationFiles(folder)) {
      if (await applyOne(client, schema, file)) applied.push(file.version)
    }
    return applied
  } finally {
    await client.end()
  }
}

/** `requireSchemaVersion` refuses only a schema that is older than the code, so that old and new run together. */
export async function requireSchemaVersion(pool: pg.Pool, schema: string, folder: string) {
  const needed = Math.max(...(await migrationFiles(folder)).map((file) => file.version))
  const { rows } = await pool.query<{ version: number | null }>(
    `select max(version) as version from ${schema}.migrations`
  )
  const found = rows[0]?.version ?? 0
  if (found < needed)
    throw new Error(
      `schema ${schema} is at version ${found}, this service needs ${needed}: run its migration`
    )
}

type MigrationFile = { version: number; name: string; sql: string; sha256: string }

async function migrationFiles(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[\w-]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      return {
        version: Number(name.slice(0, 4)),
        name,
        sql,
        sha256: createHash('sha256').update(sql).digest('hex')
      }
    })
  )
}

async function applyOne(client: pg.Client, schema: string, { version, name, sql, sha256 }: MigrationFile) {
  const known = await client.query<{ sha256: string }>(
    `select sha256 from ${schema}.migrations where version = $1`,
    [version]
  )
  if (known.rows[0]?.sha256 === sha256) return false
  if (known.rows[0])
    throw new Error(`${schema}: ${name} was changed after it had been applied; add a new file instead`)
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query(`insert into ${schema}.migrations (version, name, sha256) values ($1, $2, $3)`, [
      version,
      name,
      sha256
    ])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`${schema}: ${name} failed`, { cause })
  }
  return true
}
