import { sql } from 'drizzle-orm'
import type { Deps } from './deps.ts'

type Needs = Pick<Deps, 'db' | 'store' | 'log'>

/** An object younger than this may belong to an upload that is under way. */
const GRACE_MS = 24 * 3_600_000
const BATCH = 500

/**
 * Removes objects that no row names: an upload whose commit never came, or whose removal was lost. Never one that is
 * younger than the grace, and never one of an attempt that is still current. Gives how many it removed.
 */
export async function sweepObjects(deps: Needs, { graceMs = GRACE_MS } = {}) {
  let removed = 0
  let old: string[] = []
  for await (const { key, modified } of deps.store.list('')) {
    if (Date.now() - modified.getTime() < graceMs) continue
    old.push(key)
    if (old.length < BATCH) continue
    removed += await removeUnknown(deps, old)
    old = []
  }
  return removed + (await removeUnknown(deps, old))
}

async function removeUnknown({ db, store, log }: Needs, keys: string[]) {
  if (keys.length === 0) return 0
  const { rows } = await db.execute<{ key: string }>(sql`
    select key from unnest(${sql.param(keys)}::text[]) as o(key)
    where not exists (select from job.artifacts a where a.key = o.key)
      and not exists (select from job.checkpoints c where c.key = o.key)
      and not exists (select from job.jobs j where j.state in ('running', 'stopping')
        and (starts_with(o.key, j.id || '/' || j.attempt || '/')
          or starts_with(o.key, 'checkpoints/' || j.id || '/' || j.attempt || '/')))`)
  for (const { key } of rows) {
    await store.remove(key)
    log.info({ object: key }, 'removed an object that no row names')
  }
  return rows.length
}
