import pg from 'pg'
import { postgresAdmin, postgresUrl } from './postgres.ts'

export const databaseOwner = 'ty_owner'
export const schemas = ['auth', 'dataset', 'job'] as const

/** The role without DDL rights that serves schema `name`. */
export const schemaRole = (name: (typeof schemas)[number]) => `ty_${name}`

export type RolePasswords = Record<string, string>

const all = [databaseOwner, ...schemas.map(schemaRole)]

/** Several processes may do this at once in tests; roles belong to the whole server. */
const lockNumber = 7_242_001

/**
 * Makes the owner role and one role per schema, or sets their passwords again.
 * @param admin a connection that may create roles
 * @param passwords by role; letters and digits only
 */
export async function ensureRoles(admin: pg.ClientBase, passwords: RolePasswords): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [lockNumber])
  try {
    const { rows } = await admin.query<{ rolname: string }>(
      'select rolname from pg_roles where rolname = any($1)',
      [all]
    )
    const present = new Set(rows.map(({ rolname }) => rolname))
    for (const role of all) {
      const password = pg.escapeLiteral(passwords[role] ?? '')
      await admin.query(`${present.has(role) ? 'alter' : 'create'} role ${role} login password ${password}`)
    }
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [lockNumber])
  }
}

/**
 * In the database that `admin` is connected to: the schemas, owned by the owner role, and what each service's role may
 * do with the tables that migrations will make. Repeating it changes nothing.
 */
export async function ensureSchemas(admin: pg.ClientBase): Promise<void> {
  await admin.query('revoke all on schema public from public')
  for (const schema of schemas) {
    const role = schemaRole(schema)
    const owned = `alter default privileges for role ${databaseOwner} in schema ${schema}`
    await admin.query(`
      create schema if not exists ${schema} authorization ${databaseOwner};
      grant usage on schema ${schema} to ${role};
      ${owned} grant select, insert, update, delete on tables to ${role};
      ${owned} grant usage, select on sequences to ${role};
      ${owned} grant execute on functions to ${role};`)
  }
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000
  })
  // See `migrations.ts`: the server may be stopped under this connection.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Roles, the database and its schemas on an embedded server; what a first start needs before migrations. */
export async function ensureDatabase(
  port: number,
  adminPassword: string,
  name: string,
  passwords: RolePasswords
) {
  const url = (database: string) => postgresUrl(port, postgresAdmin, adminPassword, database)
  await withClient(url('postgres'), async (admin) => {
    await ensureRoles(admin, passwords)
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await admin.query(`create database ${name} owner ${databaseOwner}`)
    await admin.query(`revoke connect, temporary on database ${name} from public`)
    await admin.query(`grant connect on database ${name} to ${all.join(', ')}`)
  })
  await withClient(url(name), ensureSchemas)
}
