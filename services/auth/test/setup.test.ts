import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FaultProxy, faultProxy } from '@trainyard/testing/fault-proxy'
import { freshDatabase } from '@trainyard/testing/postgres'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import t, { type Test } from 'tap'
import * as schema from '../src/db/schema.ts'
import { migrateAuth } from '../src/migrate.ts'
import { offerSetup } from '../src/setup-token.ts'
import { migrate, PASSWORD, startAuth } from './start-auth.ts'

async function setupFile(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), 'ty-setup-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return join(folder, 'token')
}

t.test('the first administrator is made once, by whoever holds the newest token', async (t) => {
  const file = await setupFile(t)
  const auth = await startAuth(t, { setupFile: file, registration: 'closed' })
  const { send, deps, log, pool } = auth
  const offer = async () => {
    await offerSetup(deps.db, file, log)
    return (await readFile(file, 'utf8')).trim()
  }
  const setup = (token: string, email: string, password = PASSWORD) =>
    send('POST', '/api/auth/setup', { body: { token, email, password } })
  t.same((await send('GET', '/api/auth/setup')).json(), { needed: true, registration: 'closed' })
  const older = await offer()
  const token = await offer()
  t.equal((await stat(file)).mode & 0o777, 0o600)
  t.equal(
    (await setup(older, 'root@example.org')).json().error.code,
    'SETUP_TOKEN_INVALID',
    'the older is void'
  )
  t.equal((await setup('guess', 'root@example.org')).statusCode, 401)
  t.equal((await setup(token, 'root@example.org', 'password1')).json().error.details[0].pointer, '/password')
  await pool.query(`update auth.setup_tokens set expires_at = now() - interval '1 second'`)
  t.equal((await setup(token, 'root@example.org')).statusCode, 401, 'not after its 24 hours')
  await pool.query(`update auth.setup_tokens set expires_at = now() + interval '1 hour'`)

  const race = await Promise.all(Array.from({ length: 10 }, (_, i) => setup(token, `root-${i}@example.org`)))
  const made = race.filter((res) => res.statusCode === 201)
  t.equal(made.length, 1, 'one of ten at once')
  for (const res of race) if (res.statusCode !== 201) t.match(String(res.statusCode), /^(401|409)$/)
  t.same((await pool.query('select role from auth.users')).rows, [{ role: 'admin' }])
  const admin = made[0]?.json()
  t.match(admin, { user: { role: 'admin' }, token: String, refresh_token: String })
  t.same((await send('GET', '/api/auth/setup')).json(), { needed: false, registration: 'closed' })
  t.equal((await setup(token, 'second@example.org')).json().error.code, 'SETUP_DONE')
  await t.rejects(stat(file), 'the file is gone')
  await offerSetup(deps.db, file, log)
  await t.rejects(stat(file), 'and does not come back')

  const board = await send('POST', '/api/auth/board-session', { token: admin.token })
  t.equal(board.statusCode, 204)
  t.match(
    board.headers['set-cookie'],
    /^ty_board=[\w-]+\.[\w-]+\.[\w-]+; Path=\/admin\/queues; Max-Age=900; HttpOnly; SameSite=Strict$/
  )
  t.equal((await send('POST', '/api/auth/board-session')).statusCode, 401)
  t.notOk(
    auth.lines.some((line) => line.includes(token)),
    'the token is in no log'
  )
})

t.test('a set-up with an e-mail that a member has keeps its token; a member opens no board', async (t) => {
  const file = await setupFile(t)
  const { send, deps, log, register } = await startAuth(t, { setupFile: file })
  const member = await register('taken@example.org')
  t.equal((await send('POST', '/api/auth/board-session', { token: member.token })).statusCode, 403)
  await offerSetup(deps.db, file, log)
  const token = (await readFile(file, 'utf8')).trim()
  const setup = (email: string) =>
    send('POST', '/api/auth/setup', { body: { token, email, password: PASSWORD } })
  t.match((await setup('Taken@example.org')).json().error, { code: 'EMAIL_TAKEN', message: /another e-mail/ })
  t.equal((await setup('other@example.org')).statusCode, 201)
})

t.test(
  'with the database away nobody signs in, and it is said with Retry-After; then it goes on',
  async (t) => {
    let proxy: FaultProxy | undefined
    const { register, login, refresh, send } = await startAuth(t, {
      through: async (text) => {
        const url = new URL(text)
        proxy = await faultProxy(t, Number(url.port), url.hostname)
        url.port = String(proxy.port)
        return url.href
      }
    })
    const { refresh_token, token } = await register('away@example.org')
    proxy?.set('reset')
    const away = await Promise.all([
      login('away@example.org', PASSWORD),
      refresh(refresh_token),
      send('POST', '/api/auth/register', { body: { email: 'new@example.org', password: PASSWORD } }),
      send('GET', '/api/auth/me', { token }),
      send('GET', '/readyz')
    ])
    t.same(
      away.map((res) => [res.statusCode, res.json().error.code, res.headers['retry-after']]),
      Array(5).fill([503, 'UNAVAILABLE', '2'])
    )
    t.equal((await send('GET', '/healthz')).statusCode, 200)
    proxy?.set('pass')
    t.equal((await login('away@example.org', PASSWORD)).statusCode, 200)
    t.equal((await refresh(refresh_token)).statusCode, 200)
  }
)

t.test('migrating is done once, however often and by however many at once', async (t) => {
  const { pool, urlAs } = await freshDatabase(t)
  const owner = urlAs('ty_owner')
  const catalogue = async () =>
    (
      await pool.query(`
        select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
        where table_schema = 'auth' order by 1, 2`)
    ).rows
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrateAuth(owner)))
  t.same(
    applied.filter((versions) => versions.length > 0),
    [[1]],
    'one of four did it'
  )
  const before = await catalogue()
  t.same(await migrateAuth(owner), [])
  t.same(await catalogue(), before)
})

t.test('the tables that the code knows are the tables that the migrations make', async (t) => {
  const { pool } = await freshDatabase(t, migrate)
  const { rows } = await pool.query(`
    select table_name || '.' || column_name || case is_nullable when 'NO' then '!' else '' end as name
    from information_schema.columns where table_schema = 'auth' and table_name <> 'migrations'`)
  const tables = Object.values(schema) as PgTable[]
  const known = tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table)
    return columns.map((column) => `${name}.${column.name}${column.notNull ? '!' : ''}`)
  })
  t.same(known.sort(), rows.map((row) => row.name).sort())
})
