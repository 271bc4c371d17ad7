import type { DatasetPatch, DatasetStatus } from '@trainyard/contracts/dataset'
import type { Db } from '@trainyard/service-kit/postgres'
import { and, arrayContains, desc, eq, getTableColumns, ilike, inArray, lt } from 'drizzle-orm'
import type { Static } from 'typebox'
import { datasets } from './schema.ts'

export type DatasetRow = typeof datasets.$inferSelect
export type NewDataset = typeof datasets.$inferInsert

const { profile: _profile, preview: _preview, ...listed } = getTableColumns(datasets)
const { preview: _alsoPreview, ...detailed } = getTableColumns(datasets)
export type ListedDataset = Omit<DatasetRow, 'profile' | 'preview'>
export type DetailedDataset = Omit<DatasetRow, 'preview'>

/** What a user may see: id and workspace together, always. */
const owned = (workspaceId: string, id: string) =>
  and(eq(datasets.workspaceId, workspaceId), eq(datasets.id, id))

export const insertDataset = async (db: Db, row: NewDataset) => {
  await db.insert(datasets).values(row)
}

export async function findDataset(
  db: Db,
  workspaceId: string,
  id: string
): Promise<DetailedDataset | undefined> {
  const [row] = await db.select(detailed).from(datasets).where(owned(workspaceId, id))
  return row
}

export async function findListed(
  db: Db,
  workspaceId: string,
  id: string
): Promise<ListedDataset | undefined> {
  const [row] = await db.select(listed).from(datasets).where(owned(workspaceId, id))
  return row
}

export async function findPreview(db: Db, workspaceId: string, id: string) {
  const [row] = await db
    .select({ status: datasets.status, preview: datasets.preview })
    .from(datasets)
    .where(owned(workspaceId, id))
  return row
}

/** For a caller that the platform itself has let in: a worker's claim, or a job that holds the dataset. */
export async function objectOf(db: Db, id: string): Promise<string | undefined> {
  const [row] = await db.select({ objectKey: datasets.objectKey }).from(datasets).where(eq(datasets.id, id))
  return row?.objectKey
}

type ListQuery = { limit: number; before?: string; q?: string; status?: DatasetStatus; tag?: string }

const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Newest first (UUIDv7 sorts by time); one more than `limit`, so that the caller sees whether there is a next page. */
export function listDatasets(
  db: Db,
  workspaceId: string,
  { limit, before, q, status, tag }: ListQuery
): Promise<ListedDataset[]> {
  const wanted = and(
    eq(datasets.workspaceId, workspaceId),
    before ? lt(datasets.id, before) : undefined,
    status ? eq(datasets.status, status) : undefined,
    tag ? arrayContains(datasets.tags, [tag]) : undefined,
    q ? ilike(datasets.name, containing(q)) : undefined
  )
  return db
    .select(listed)
    .from(datasets)
    .where(wanted)
    .orderBy(desc(datasets.id))
    .limit(limit + 1)
}

export async function changeDataset(
  db: Db,
  workspaceId: string,
  id: string,
  changes: Static<typeof DatasetPatch>
): Promise<DetailedDataset | undefined> {
  const [row] = await db.update(datasets).set(changes).where(owned(workspaceId, id)).returning(detailed)
  return row
}

/** Locks the row against new holds until the transaction ends. */
export async function lockForDelete(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db.select({ id: datasets.id }).from(datasets).where(owned(workspaceId, id)).for('update')
  return rows.length === 1
}

/** Gives the key of the object that has to go. */
export async function deleteDataset(db: Db, workspaceId: string, id: string): Promise<string | undefined> {
  const [row] = await db
    .delete(datasets)
    .where(owned(workspaceId, id))
    .returning({ objectKey: datasets.objectKey })
  return row?.objectKey
}

/** Of these object keys, those that a row has. */
export async function keysWithRow(db: Db, keys: string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await db
    .select({ objectKey: datasets.objectKey })
    .from(datasets)
    .where(inArray(datasets.objectKey, keys))
  return new Set(rows.map((row) => row.objectKey))
}

/** The end of profiling; only from `profiling`. Gives whose dataset it is. */
export async function settleDataset(
  db: Db,
  id: string,
  result: Pick<NewDataset, 'status' | 'rows' | 'profile' | 'preview' | 'error'>
): Promise<string | undefined> {
  const [row] = await db
    .update(datasets)
    .set(result)
    .where(and(eq(datasets.id, id), eq(datasets.status, 'profiling')))
    .returning({ workspaceId: datasets.workspaceId })
  return row?.workspaceId
}
