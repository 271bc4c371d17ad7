import { createHash } from 'node:crypto'
import { md5OfEtag } from './etag.ts'
import type { ObjectStore } from './store.ts'

/** `md5` base64, `sha256` hexadecimal. */
export type Announced = { bytes: number; md5: string; sha256: string }

/**
 * Whether the object under `key` is what a client says it uploaded: its size and, where the store's ETag is an MD5,
 * that; else it is read once through SHA-256.
 */
export async function isAsAnnounced(store: ObjectStore, key: string, announced: Announced): Promise<boolean> {
  const stat = await store.stat(key)
  if (!stat || stat.bytes !== announced.bytes) return false
  const md5 = stat.etag === null ? null : md5OfEtag(stat.etag)
  if (md5 !== null) return md5 === announced.md5
  const hash = createHash('sha256')
  const { stream } = await store.get(key)
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex') === announced.sha256
}
