import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshDatabase } from '@trainyard/testing/postgres'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import t from 'tap'
import { migrate, requireSchemaVersion } from '../src/migrate.ts'
import { createPool, database, inTransaction, isUniqueViolation, pgError } from '../src/postgres.ts'
import { silentLog } from './silent-log.ts'

async function migrations(t: { teardown: (fn: () => unknown) => unknown }, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  t.teardown(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

t.test(
  'four migrations at once apply each file once; a changed file and a broken one are refused whole',
  async (t) => {
    const db = await freshDatabase(t)
    const url = db.urlAs('ty_owner')
    const folder = await migrations(t, {
      '0001_start.sql': 'create table job.things (id integer primary key);',
      '0002_more.sql': 'alter table job.things add column name text unique;',
      'README.md': 'not a migration'
    })
    const all = await Promise.all(Array.from({ length: 4 }, () => migrate({ url, schema: 'job', folder })))
    t.same(all.flat().sort(), [1, 2])
    t.same(await migrate({ url, schema: 'job', folder }), [], 'again: nothing')

    const pool = createPool(db.urlAs('ty_job'), { log: silentLog })
    t.teardown(() => pool.end())
    await requireSchemaVersion(pool, 'job', folder)
    await t.rejects(
      pool.query('create table job.mine (id integer)'),
      /permission denied/,
      'a service cannot change its schema'
    )

    await writeFile(join(folder, '0003_broken.sql'), 'create table job.half (id integer); select nonsense;')
    await t.rejects(migrate({ url, schema: 'job', folder }), /0003_broken.sql failed/)
    t.equal((await db.pool.query("select to_regclass('job.half') as found")).rows[0].found, null)
    await t.rejects(requireSchemaVersion(pool, 'job', folder), /needs 3: run its migration/)
    await rm(join(folder, '0003_broken.sql'))
    await rm(join(folder, '0002_more.sql'))
    await requireSchemaVersion(pool, 'job', folder)
    t.pass('a schema that is newer than the code is fine')
    await writeFile(join(folder, '0001_start.sql'), 'create table job.other (id integer);')
    await t.rejects(migrate({ url, schema: 'job', folder }), /changed after it had been applied/)

    const orm = database(pool)
    await orm.execute(sql`insert into job.things (id, name) values (1, 'a')`)
    const twice = inTransaction(orm, async (tx) => {
      await tx.execute(sql`insert into job.things (id, name) values (2, 'b')`)
      await tx.execute(sql`insert into job.things (id, name) values (3, 'a')`)
    })
    const err = await twice.catch((e: unknown) => e)
    t.equal(isUniqueViolation(err, 'things_name_key'), true)
    t.equal(isUniqueViolation(err, 'another'), false)
    t.equal((await pool.query('select id from job.things')).rowCount, 1, 'the transaction left nothing')
  }
)

t.test('a pool outlives the loss of its connections, and a statement does not run for ever', async (t) => {
  const db = await freshDatabase(t)
  const pool = createPool(db.urlAs('ty_job'), { log: silentLog, statementTimeoutMs: 200 })
  t.teardown(() => pool.end())
  await pool.query('select 1')
  const admin = new pg.Client({ connectionString: db.url })
  await admin.connect()
  t.teardown(() => admin.end())
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'ty_job' and datname = current_database()"
  )
  const again = await pool.query('select 1').catch(() => pool.query('select 1'))
  t.equal(again.rowCount, 1)
  const slow = await pool.query('select pg_sleep(5)').catch((e: unknown) => e)
  t.equal(pgError(slow)?.code, '57014')
})
