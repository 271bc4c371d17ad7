import { createHash } from 'node:crypto'
import { Readable, Transform } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { RangeOutside } from './errors.ts'
import { parseRange } from './range.ts'
import type { ObjectStore } from './store.ts'

export type StoredFile = {
  key: string
  bytes: number
  /** Hexadecimal; also the ETag. */
  sha256: string
  contentType: string
  /** What it is called where it is saved. */
  fileName: string
}

/**
 * Sends an object: whole or one Range (RFC 9110). Always as an attachment in a sandbox: what somebody uploaded or a
 * trainer wrote is never shown by a browser under our address. A whole file is hashed on its way and cut off before its
 * last bytes when it is not what was committed. Throws the store's errors, and RangeOutside with the reply's
 * `content-range` set.
 */
export async function sendObject(
  req: FastifyRequest,
  reply: FastifyReply,
  store: ObjectStore,
  file: StoredFile
) {
  const { bytes, sha256 } = file
  const etag = `"${sha256}"`
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': attachment(file.fileName),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer'
  })
  if (matches(req.headers['if-none-match'], etag)) return reply.code(304).send()
  const unchanged = (req.headers['if-range'] ?? etag) === etag
  reply.type(file.contentType)
  // HEAD tells of the whole (a range is for GET alone), and costs no read of the store.
  if (req.method === 'HEAD') return reply.header('content-length', bytes).send(Readable.from([]))
  const range = unchanged ? parseRange(req.headers.range, bytes) : null
  if (range === 'outside') {
    reply.header('content-range', `bytes */${bytes}`)
    throw new RangeOutside(`of ${bytes} bytes`)
  }
  const { stream } = await store.get(file.key, range ?? undefined)
  reply.header('content-length', range ? range.end - range.start + 1 : bytes)
  if (range) {
    return reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`).send(stream)
  }
  const checked = stream.pipe(verifying(sha256))
  stream.once('error', (error) => checked.destroy(error))
  checked.once('close', () => stream.destroy())
  return reply.send(checked)
}

/** Holds the last chunk back until the hash of everything is known. */
function verifying(sha256: string) {
  const hash = createHash('sha256')
  let held: Buffer | undefined
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      const before = held
      held = chunk
      done(null, before)
    },
    flush(done) {
      if (hash.digest('hex') === sha256) done(null, held)
      else done(new Error('a stored object is not what was committed'))
    }
  })
}

const matches = (header: string | undefined, etag: string) =>
  (header ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag)

/** RFC 6266: a plain name for old clients, the real one in UTF-8 (RFC 8187). Neither ends the header or names a folder. */
function attachment(name: string) {
  const clean = [...name].filter((c) => c >= ' ' && c !== '\u007f' && !'/\\'.includes(c)).join('')
  const plain = clean.replace(/[^\w .()-]/g, '_')
  const encoded = encodeURIComponent(clean.toWellFormed()).replace(
    /['()*!]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
