import { readFile } from 'node:fs/promises'
import { createLog } from '@trainyard/service-kit/log'
import { database } from '@trainyard/service-kit/postgres'
import { connectRedis } from '@trainyard/service-kit/redis'
import { freshDatabase } from '@trainyard/testing/postgres'
import { freshRedis } from '@trainyard/testing/redis'
import type { Redis } from 'ioredis'
import pg from 'pg'
import { Type } from 'typebox'
import { defineQueue } from '../src/define-queue.ts'

type Test = { teardown: (work: () => unknown) => unknown }

export const log = createLog('queue-test', 'fatal')
export const bells = defineQueue({
  name: 'bells',
  payload: Type.Object({ id: Type.String(), gen: Type.Integer() }, { additionalProperties: false }),
  id: ({ id, gen }) => `bell-${id}-${gen}`
})
export const work = { table: 'job.work', key: 'id' }
export const outbox = { table: 'job.outbox' }

/** The DDL that the README shows, so that it is known to be right, and a table of leased work. */
async function tables(url: string) {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const ddl = /```sql\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(ddl.replaceAll('dataset', 'job'))
  await client.query(`create table job.work (id uuid primary key default gen_random_uuid(), state text not null default 'queued',
    attempt integer not null default 0, gen integer not null default 1, queued_at timestamptz not null default now(),
    rung_at timestamptz not null default now(), lease_until timestamptz, claim_id uuid, worker_id text, token_hash text)`)
  await client.end()
}

export async function postgres(t: Test) {
  const { pool, url } = await freshDatabase(t, tables)
  return { pool, url, db: database(pool) }
}

export async function redisPair(t: Test) {
  const { url, client } = await freshRedis(t)
  return { url, client, request: await ready(t, 'request', url), worker: await ready(t, 'worker', url) }
}

export async function ready(t: Test, role: 'request' | 'worker', url: string): Promise<Redis> {
  const redis = connectRedis(role, url, log)
  t.teardown(() => redis.disconnect())
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
  return redis
}
