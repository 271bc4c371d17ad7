import { randomBytes } from 'node:crypto'
import { freePort } from '@trainyard/stack/ports'
import {
  databaseOwner,
  ensureRoles,
  ensureSchemas,
  schemaRole,
  schemas
} from '@trainyard/stack/servers/database'
import { postgresAdmin, postgresDefinition, postgresUrl } from '@trainyard/stack/servers/postgres'
import pg from 'pg'
import { printChoice } from './choice.ts'
import { startForProcess } from './embedded.ts'
import { once } from './once.ts'
import type { TestContext } from './test-context.ts'

/** Applies a service's migrations to the database behind `url`, as the schemas' owner. */
export type Migrate = (url: string) => Promise<void>

export type TestRole = typeof databaseOwner | ReturnType<typeof schemaRole>

export type TestDatabase = {
  name: string
  /** As the administrator of the server. */
  url: string
  /** As the owner of the schemas or as the role a service runs with. */
  urlAs: (role: TestRole) => string
  /** As the administrator; has an error listener and ends with the test. */
  pool: pg.Pool
}

const rolePassword = 'test'
const passwords = Object.fromEntries(
  [databaseOwner, ...schemas.map(schemaRole)].map((role) => [role, rolePassword])
)

async function embeddedUrl(): Promise<string> {
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  await startForProcess(async (folder) =>
    postgresDefinition({ dataDir: `${folder}/postgres`, port, password, env: process.env, volatile: true })
  )
  return postgresUrl(port, postgresAdmin, password, 'postgres')
}

/** TEST_POSTGRES_URL (a user that may create databases and roles), else an embedded server for this process. */
export const testPostgresUrl = once(async () => {
  const given = process.env.TEST_POSTGRES_URL
  printChoice('Postgres', given ? 'TEST_POSTGRES_URL' : 'embedded')
  return given || (await embeddedUrl())
})

function onDatabase(url: string, name: string, user?: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  if (user) {
    changed.username = user
    changed.password = rolePassword
  }
  return changed.href
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const administrate = async <T>(work: (admin: pg.Client) => Promise<T>) =>
  withClient(await testPostgresUrl(), work)
const drop = (name: string) =>
  administrate((admin) => admin.query(`drop database if exists ${name} with (force)`))
const newName = (kind: string) => `${kind}_${process.pid}_${randomBytes(4).toString('hex')}`

const rolesReady = once(() => administrate((admin) => ensureRoles(admin, passwords)))

async function makeTemplate(migrate: Migrate): Promise<string> {
  await rolesReady()
  const name = newName('template')
  const url = onDatabase(await testPostgresUrl(), name)
  await administrate((admin) => admin.query(`create database ${name} owner ${databaseOwner}`))
  // A shared server outlives this process; the event loop running empty is the last moment to tidy up.
  process.once('beforeExit', () => void drop(name))
  await withClient(url, ensureSchemas)
  await migrate(onDatabase(url, name, databaseOwner))
  return name
}

/** One migrated template per process and migration; every test clones it. */
const templates = new Map<Migrate, () => Promise<string>>()

/** Nothing to migrate: roles and empty schemas. */
export const noMigration: Migrate = async () => undefined

/**
 * A database of its own for this test: the schemas auth, dataset and job with `migrate` applied. Dropped when the test
 * ends, whoever is still connected.
 */
export async function freshDatabase(t: TestContext, migrate: Migrate = noMigration): Promise<TestDatabase> {
  const template = templates.get(migrate) ?? once(() => makeTemplate(migrate))
  templates.set(migrate, template)
  const from = await template()
  const name = newName('test')
  await administrate(async (admin) => {
    await admin.query(`create database ${name} template ${from} owner ${databaseOwner}`)
  })
  const url = onDatabase(await testPostgresUrl(), name)
  const pool = new pg.Pool({ connectionString: url, max: 20, connectionTimeoutMillis: 10_000 })
  // Dropping the database ends idle connections; that is no fault of the test.
  pool.on('error', (error) => process.stderr.write(`# pool of ${name}: ${error.message}\n`))
  t.teardown(async () => {
    await pool.end()
    await drop(name)
  })
  return { name, url, urlAs: (role) => onDatabase(url, name, role), pool }
}

/** `freshDatabase`, for tests that only need its pool. */
export async function freshPool(t: TestContext, migrate: Migrate = noMigration): Promise<pg.Pool> {
  return (await freshDatabase(t, migrate)).pool
}
