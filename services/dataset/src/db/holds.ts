import type { Db } from '@trainyard/service-kit/postgres'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { DatasetRow } from './datasets.ts'
import { datasets, holds } from './schema.ts'

type Held = Pick<DatasetRow, 'id' | 'name' | 'status' | 'sha256' | 'bytes' | 'format' | 'gzip' | 'profile'>

/**
 * Reads a dataset and keeps it from being deleted until the transaction ends. Many jobs may do so at once (the lock is
 * shared); a delete that came first is waited for, and then there is nothing.
 */
export async function lockForHold(db: Db, workspaceId: string, id: string): Promise<Held | undefined> {
  const { name, status, sha256, bytes, format, gzip, profile } = datasets
  const [row] = await db
    .select({ id: datasets.id, name, status, sha256, bytes, format, gzip, profile })
    .from(datasets)
    .where(and(eq(datasets.workspaceId, workspaceId), eq(datasets.id, id)))
    .for('share')
  return row
}

/** A hold that is taken again is as young as a new one, so that a check that began before does not drop it. */
export const insertHold = async (db: Db, datasetId: string, jobId: string) => {
  await db
    .insert(holds)
    .values({ datasetId, jobId })
    .onConflictDoUpdate({
      target: [holds.datasetId, holds.jobId],
      set: { createdAt: sql`clock_timestamp()` }
    })
}

export const removeHold = async (db: Db, datasetId: string, jobId: string) => {
  await db.delete(holds).where(and(eq(holds.datasetId, datasetId), eq(holds.jobId, jobId)))
}

export async function isHeld(db: Db, datasetId: string): Promise<boolean> {
  const rows = await db
    .select({ jobId: holds.jobId })
    .from(holds)
    .where(eq(holds.datasetId, datasetId))
    .limit(1)
  return rows.length > 0
}

const olderThan = (seconds: number) =>
  sql`${holds.createdAt} < clock_timestamp() - make_interval(secs => ${seconds})`

/** Jobs whose holds are older than `seconds`, by id, after `after`. */
export async function jobsOfOldHolds(
  db: Db,
  seconds: number,
  after: string,
  limit: number
): Promise<string[]> {
  const rows = await db
    .select({ jobId: holds.jobId })
    .from(holds)
    .where(and(olderThan(seconds), sql`${holds.jobId} > ${after}`))
    .groupBy(holds.jobId)
    .orderBy(holds.jobId)
    .limit(limit)
  return rows.map((row) => row.jobId)
}

/** Young holds of these jobs stay: they were taken since somebody asked. */
export async function dropOldHolds(db: Db, seconds: number, jobIds: string[]): Promise<number> {
  if (jobIds.length === 0) return 0
  const dropped = await db
    .delete(holds)
    .where(and(olderThan(seconds), inArray(holds.jobId, jobIds)))
    .returning({ jobId: holds.jobId })
  return dropped.length
}
