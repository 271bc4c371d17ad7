import { ObjectMissing } from './errors.ts'
import type { StoreHttp } from './http.ts'
import type { Sign } from './sign.ts'
import { elementsOf, textOf } from './xml.ts'

/** `modified` is by the store's clock. */
export type ListedObject = { key: string; bytes: number; modified: Date; etag: string | null }

/** Every object under a prefix, page by page (ListObjectsV2), in the order of keys. */
export async function* listObjects(
  http: StoreHttp,
  sign: Sign,
  prefix: string
): AsyncGenerator<ListedObject> {
  let token: string | null = null
  do {
    const query: Record<string, string> = { 'list-type': '2', 'max-keys': '1000' }
    if (prefix) query.prefix = prefix
    if (token) query['continuation-token'] = token
    const { xml } = await http.text({ method: 'GET', url: await sign('GET', '', { query }) })
    for (const item of elementsOf(xml, 'Contents')) {
      const key = textOf(item, 'Key')
      if (key === null) continue
      yield {
        key,
        bytes: Number(textOf(item, 'Size')),
        modified: new Date(textOf(item, 'LastModified') ?? Number.NaN),
        etag: textOf(item, 'ETag')?.replaceAll('"', '') ?? null
      }
    }
    token = textOf(xml, 'IsTruncated') === 'true' ? textOf(xml, 'NextContinuationToken') : null
  } while (token)
}

export type UnfinishedUpload = { key: string; uploadId: string; started: Date }

/** Multi-part uploads that were neither completed nor aborted: the first 1,000, by key. */
export async function unfinishedUploads(http: StoreHttp, sign: Sign): Promise<UnfinishedUpload[]> {
  const url = await sign('GET', '', { query: { uploads: '' } })
  const { xml } = await http.text({ method: 'GET', url }).catch((error: unknown) => {
    // rclone, of a bucket that never had one.
    if (error instanceof ObjectMissing) return { xml: '' }
    throw error
  })
  return [...elementsOf(xml, 'Upload')].map((item) => ({
    key: textOf(item, 'Key') ?? '',
    uploadId: textOf(item, 'UploadId') ?? '',
    started: new Date(textOf(item, 'Initiated') ?? Number.NaN)
  }))
}
