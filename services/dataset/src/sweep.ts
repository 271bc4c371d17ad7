import { datasetOfKey } from '@trainyard/object-store/keys'
import type { ObjectStore } from '@trainyard/object-store/store'
import type { Logger } from '@trainyard/service-kit/log'
import type { Db } from '@trainyard/service-kit/postgres'
import { keysWithRow } from './db/datasets.ts'

const batch = 500

type Options = { db: Db; store: ObjectStore; log: Logger; graceSeconds: number }

/**
 * Removes what a crash left in the bucket: objects without a row, and uploads that were never completed. Whatever is
 * younger than the grace may still get its row and stays; so does a key that is not of our making.
 */
export async function sweep({ db, store, log, graceSeconds }: Options) {
  const before = Date.now() - graceSeconds * 1_000
  let removed = 0
  let old: string[] = []
  const removeOrphans = async () => {
    const known = await keysWithRow(db, old)
    for (const key of old.filter((key) => !known.has(key))) {
      await store.remove(key)
      removed += 1
    }
    old = []
  }
  for await (const { key, modified } of store.list('')) {
    if (datasetOfKey(key) && modified.getTime() < before) old.push(key)
    if (old.length === batch) await removeOrphans()
  }
  await removeOrphans()
  const unfinished = (await store.unfinished()).filter(({ started }) => started.getTime() < before)
  for (const { key, uploadId } of unfinished) await store.multipart.abort(key, uploadId)
  const aborted = unfinished.length
  if (removed + aborted > 0) log.info({ removed, aborted }, 'abandoned objects and uploads were removed')
  return { removed, aborted }
}
