import { freshDatabase } from '@trainyard/testing/postgres'
import { getTableColumns, is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import t from 'tap'
import * as schema from '../src/db/schema.ts'
import { NEXT } from '../src/job-state.ts'
import { migrateJobs } from '../src/migrate.ts'
import { world } from './support/world.ts'

const migrate = async (url: string) => void (await migrateJobs(url))

t.test('migrating twice, or four times at once, changes nothing', async (t) => {
  const { urlAs, pool } = await freshDatabase(t)
  const url = urlAs('ty_owner')
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrateJobs(url)))
  t.same(applied.flat(), [1, 2, 3, 4])
  const catalogue = async () =>
    (
      await pool.query(`select table_name, column_name, data_type, is_nullable from information_schema.columns
        where table_schema = 'job' order by 1, 2`)
    ).rows
  const before = await catalogue()
  t.same(await migrateJobs(url), [])
  t.same(await catalogue(), before)
})

t.test('the tables in code are the tables in the database', async (t) => {
  const { pool } = await freshDatabase(t, migrate)
  const tables = Object.values(schema).filter((value) => is(value, PgTable))
  t.ok(tables.length >= 9)
  for (const table of tables) {
    const { name } = getTableConfig(table)
    const { rows } = await pool.query(
      `select column_name as name, is_nullable = 'NO' as required from information_schema.columns
       where table_schema = 'job' and table_name = $1 order by 1`,
      [name]
    )
    const inCode = Object.values(getTableColumns(table))
      .map((column) => ({ name: column.name, required: column.notNull }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    t.same(inCode, rows, name)
  }
})

t.test('the service runs as a role that can change rows and no tables', async (t) => {
  const w = await world(t)
  await w.start()
  const { rows } = await w.postgres.pool.query(
    `select has_schema_privilege('ty_job', 'job', 'create') as ddl, has_table_privilege('ty_job', 'job.jobs', 'delete') as rows`
  )
  t.same(rows, [{ ddl: false, rows: true }])
})

t.test('every state can be left, and only finished ones by a person', (t) => {
  t.same(Object.keys(NEXT).sort(), ['failed', 'queued', 'running', 'stopped', 'stopping', 'succeeded'])
  t.ok(Object.values(NEXT).every((next) => next.length > 0))
  t.same(NEXT.stopping, ['stopped'])
  t.end()
})

t.test('the dashboard is shown to the gateway, to look at only', async (t) => {
  const w = await world(t, { BULL_BOARD: 'on' })
  const service = await w.start()
  const token = await w.serviceToken('gateway')
  const at = (path: string) => `${service.internal}/admin/queues${path}`
  const page = await service.call<string>('GET', at(''), token)
  t.equal(page.status, 200)
  t.match(page.body, /<html/i)
  const api = await service.call<{
    queues: { name: string; readOnlyMode: boolean; allowRetries: boolean }[]
  }>('GET', at('/api/queues'), token)
  t.same(api.body.queues.map(({ name }) => name).sort(), ['profile', 'train-cpu', 'train-gpu'])
  t.ok(api.body.queues.every(({ readOnlyMode }) => readOnlyMode))
  t.equal((await service.call('GET', at(''), undefined)).status, 401)
  t.equal((await service.call('GET', at(''), (await w.person()).token)).status, 401)
  for (const action of ['clean/completed', 'pause', 'empty', 'obliterate'])
    t.equal((await service.call('PUT', at(`/api/queues/train-cpu/${action}`), token)).status, 404)
  const off = await w.start({ BULL_BOARD: 'off' })
  t.equal((await off.call('GET', `${off.internal}/admin/queues`, token)).status, 404)
})

t.test('the OpenAPI document names every public route', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const { body } = await service.call<{ openapi: string; paths: Record<string, object> }>(
    'GET',
    `${service.internal}/openapi.json`,
    await w.serviceToken('gateway')
  )
  t.match(body.openapi, /^3\.1/)
  t.same(
    Object.entries(body.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .sort(),
    [
      'delete /api/training/{id}',
      'get /api/links/{token}',
      'get /api/training/architectures',
      'get /api/training/jobs',
      'get /api/training/status',
      'get /api/training/{id}',
      'get /api/training/{id}/artifacts',
      'get /api/training/{id}/artifacts/{name}',
      'get /api/training/{id}/download',
      'get /api/training/{id}/events',
      'get /api/training/{id}/logs',
      'get /api/training/{id}/metrics',
      'patch /api/training/{id}',
      'post /api/training',
      'post /api/training/{id}/artifacts/{name}/link',
      'post /api/training/{id}/clone',
      'post /api/training/{id}/resume',
      'post /api/training/{id}/retry',
      'post /api/training/{id}/stop'
    ]
  )
})
