import type { Readable } from 'node:stream'
import { ObjectMissing, StoreRefused } from './errors.ts'
import { etagOf } from './etag.ts'
import { createStoreHttp } from './http.ts'
import { type ListedObject, listObjects, type UnfinishedUpload, unfinishedUploads } from './list.ts'
import { createMultipart, type Multipart } from './multipart.ts'
import { putStream } from './put-stream.ts'
import { createSigner, type SignerOptions } from './sign.ts'

export type StoreOptions = SignerOptions & {
  /** At least 5 MiB, by S3's rule. Default 8 MiB. */
  partBytes?: number
  /** Part buffers of one upload; memory of an upload is `buffers` × `partBytes`. Default 3. */
  buffers?: number
  /** Until an answer begins, and between two chunks of it. Default 30 s. */
  timeoutMs?: number
  /** Parts that could not be taken back are reported here, without a URL. */
  onLeftover?: (cause: unknown, key: string) => void
}

export type ObjectStat = { bytes: number; etag: string | null; modified: Date | null }
export type ObjectBody = {
  stream: Readable
  /** Of this reply; `total` of the whole object. */
  bytes: number
  total: number
  etag: string | null
}
export type PresignOptions = {
  /** Default: the store's own URL, for workers. For browsers: the public base URL that the request came to. */
  base?: string
  /** Default and at most 300. */
  seconds?: number
}
export type PresignGetOptions = PresignOptions & {
  /** `Content-Disposition`, `Content-Type` and `Cache-Control` of the reply; they are part of the signature. */
  disposition?: string
  contentType?: string
  cacheControl?: string
}

/** One bucket of an S3 store. Errors: `StoreUnavailable`, `StoreRefused`, `ObjectMissing`, `RangeOutside`. */
export type ObjectStore = {
  /** Stores a stream of unknown length. On any failure, also of the source, nothing is left and the error is thrown. */
  put: (key: string, source: AsyncIterable<Uint8Array>) => Promise<{ bytes: number; etag: string }>
  /** Stores bytes in one request; with `md5` (base64) the store checks them. */
  putBytes: (key: string, body: Uint8Array, options?: { md5?: string }) => Promise<{ etag: string }>
  /** `start` and `end` are inclusive offsets in bytes, as in HTTP. */
  get: (key: string, range?: { start: number; end?: number }) => Promise<ObjectBody>
  /** null when there is no such object. */
  stat: (key: string) => Promise<ObjectStat | null>
  /** Removing what is not there is not an error. */
  remove: (key: string) => Promise<void>
  list: (prefix: string) => AsyncGenerator<ListedObject>
  presignGet: (key: string, options?: PresignGetOptions) => Promise<string>
  /** A PUT to this URL must carry the header `Content-MD5`, which the store then checks. */
  presignPut: (key: string, md5: string, options?: PresignOptions) => Promise<PresignedPut>
  /** Multi-part uploads that nobody completed or aborted, 1,000 at a time, for a sweeper. */
  unfinished: () => Promise<UnfinishedUpload[]>
  /** For uploads whose parts somebody else sends. */
  multipart: Multipart
  /** Throws unless the bucket answers. */
  ping: () => Promise<void>
  close: () => Promise<void>
}
export type PresignedPut = { url: string; headers: Record<string, string> }

const maxSeconds = 300

function totalOf(headers: Record<string, string | string[] | undefined>, bytes: number): number {
  const range = headers['content-range']
  const total = typeof range === 'string' ? Number(/\/(\d+)$/.exec(range)?.[1]) : bytes
  if (!Number.isSafeInteger(total)) throw new StoreRefused('the store answered a range without its size')
  return total
}

export function createStore(options: StoreOptions): ObjectStore {
  const {
    partBytes = 8 * 1024 * 1024,
    buffers = 3,
    timeoutMs = 30_000,
    onLeftover = () => undefined
  } = options
  const sign = createSigner(options)
  const http = createStoreHttp({ timeoutMs })
  const multipart = createMultipart({ http, sign, abortMs: Math.min(timeoutMs, 5_000) })
  const limited = ({ base, seconds = maxSeconds }: PresignOptions) => ({
    base,
    seconds: Math.min(seconds, maxSeconds)
  })

  const putBytes = async (key: string, body: Uint8Array, md5?: string, signal?: AbortSignal) => {
    const { headers } = await http.text({
      method: 'PUT',
      url: await sign('PUT', key),
      body,
      headers: md5 ? { 'content-md5': md5 } : {},
      signal
    })
    const etag = etagOf(headers)
    if (!etag) throw new StoreRefused('the store took an object without an ETag')
    return etag
  }
  const putWhole = (key: string, body: Uint8Array, signal: AbortSignal) =>
    putBytes(key, body, undefined, signal)

  const stat = async (key: string): Promise<ObjectStat | null> => {
    try {
      const { headers } = await http.text({ method: 'HEAD', url: await sign('HEAD', key) })
      const modified =
        typeof headers['last-modified'] === 'string' ? new Date(headers['last-modified']) : null
      return { bytes: Number(headers['content-length']), etag: etagOf(headers), modified }
    } catch (error) {
      if (error instanceof ObjectMissing) return null
      throw error
    }
  }

  return {
    put: (key, source) =>
      putStream(key, source, { multipart, putWhole, stat, partBytes, buffers, onLeftover }),
    putBytes: async (key, body, { md5 } = {}) => ({ etag: await putBytes(key, body, md5) }),
    get: async (key, range) => {
      const reply = await http.send({
        method: 'GET',
        url: await sign('GET', key),
        headers: range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {}
      })
      const bytes = Number(reply.headers['content-length'])
      return { stream: reply.body, bytes, total: totalOf(reply.headers, bytes), etag: etagOf(reply.headers) }
    },
    stat,
    remove: async (key) => {
      try {
        await http.text({ method: 'DELETE', url: await sign('DELETE', key) })
      } catch (error) {
        if (!(error instanceof ObjectMissing)) throw error
      }
    },
    list: (prefix) => listObjects(http, sign, prefix),
    unfinished: () => unfinishedUploads(http, sign),
    presignGet: (key, { disposition, contentType, cacheControl, ...rest } = {}) => {
      const query: Record<string, string> = {}
      if (disposition) query['response-content-disposition'] = disposition
      if (contentType) query['response-content-type'] = contentType
      if (cacheControl) query['response-cache-control'] = cacheControl
      return sign('GET', key, { ...limited(rest), query })
    },
    presignPut: async (key, md5, rest = {}) => ({
      url: await sign('PUT', key, limited(rest)),
      headers: { 'Content-MD5': md5 }
    }),
    multipart,
    ping: async () => {
      const query = { 'list-type': '2', 'max-keys': '1', prefix: '-' }
      await http.text({ method: 'GET', url: await sign('GET', '', { query }), timeoutMs: 2_000 })
    },
    close: http.close
  }
}
