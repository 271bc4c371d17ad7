import { fail } from '@trainyard/service-kit/errors'
import { inTransaction, pgError } from '@trainyard/service-kit/postgres'
import { type DetailedDataset, findDataset, insertDataset } from './db/datasets.ts'
import { insertProfileRun } from './db/profile-runs.ts'
import type { Deps } from './deps.ts'
import type { Recognised } from './upload/format.ts'

export type Uploaded = Recognised & {
  id: string
  key: string
  workspaceId: string
  userId: string
  name: string
  bytes: number
  sha256: string
}

/**
 * The object is whole: now the row, in one short transaction. A file that is no table is `invalid` from the start,
 * everything else is queued for its profile. When the database refuses the row the object goes; when nobody knows
 * whether the row will be there, the object stays, and the sweeper decides later.
 */
export async function commitUpload(
  { db, store, log, wake, tell }: Pick<Deps, 'db' | 'store' | 'log' | 'wake' | 'tell'>,
  upload: Uploaded
): Promise<DetailedDataset> {
  const { id, key, workspaceId, userId, name, bytes, sha256, format, gzip, error } = upload
  const status = error ? ('invalid' as const) : ('profiling' as const)
  try {
    await inTransaction(db, async (tx) => {
      const row = {
        id,
        workspaceId,
        userId,
        name,
        bytes,
        sha256,
        format,
        gzip,
        error,
        status,
        objectKey: key
      }
      await insertDataset(tx, row)
      if (!error) await insertProfileRun(tx, id)
    })
  } catch (cause) {
    if (pgError(cause)) {
      await store
        .remove(key)
        .catch((err: unknown) => log.warn({ err, id }, 'an object without a row was left'))
      throw cause
    }
    // The connection broke: the commit may have happened, or be happening now.
    const row = await findDataset(db, workspaceId, id).catch(() => undefined)
    if (!row) throw fail('UNAVAILABLE', { cause })
    return row
  }
  wake()
  tell(workspaceId, id, status)
  const row = await findDataset(db, workspaceId, id)
  if (!row) throw fail('DATASET_NOT_FOUND')
  return row
}
