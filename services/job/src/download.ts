import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import { ObjectMissing } from '@trainyard/object-store/errors'
import type { ObjectStore } from '@trainyard/object-store/store'
import { fail } from '@trainyard/service-kit/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentType } from './artifacts.ts'
import type { ArtifactRow } from './db/schema.ts'

type Range = { start: number; end: number }

/**
 * Sends an artifact: whole or one Range (RFC 9110), with its SHA-256 as ETag. Always as an attachment: what a
 * trainer wrote is never shown by a browser under our address. A whole file is hashed on its way, and cut off before
 * its last bytes when it is not what was committed.
 */
export async function sendArtifact(
  req: FastifyRequest,
  reply: FastifyReply,
  store: ObjectStore,
  file: ArtifactRow,
  fileName: string
) {
  const etag = `"${file.sha256}"`
  reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', attachment(fileName))
    .header('x-content-type-options', 'nosniff')
    .type(contentType(file.name))
  if (matches(req.headers['if-none-match'], etag)) return reply.code(304).send()
  const range = rangeOf(req, file.bytes, etag)
  if (range === 'outside') {
    reply.header('content-range', `bytes */${file.bytes}`)
    throw fail('RANGE_NOT_SATISFIABLE')
  }
  const { stream } = await store.get(file.key, range).catch((cause: unknown) => {
    throw cause instanceof ObjectMissing
      ? fail('ARTIFACT_NOT_FOUND', { cause })
      : fail('UNAVAILABLE', { cause })
  })
  if (range)
    return reply
      .code(206)
      .header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
      .header('content-length', range.end - range.start + 1)
      .send(stream)
  const checked = stream.pipe(verifying(file.sha256))
  stream.on('error', (err) => checked.destroy(err))
  checked.on('close', () => stream.destroy())
  return reply.header('content-length', file.bytes).send(checked)
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
      else done(new Error('a stored artifact is not what was committed'))
    }
  })
}

const matches = (header: string | undefined, etag: string) =>
  header
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag) ?? false

/** One range. Several, or a form we do not know, mean the whole file, as RFC 9110 allows. */
function rangeOf({ headers }: FastifyRequest, bytes: number, etag: string): Range | undefined | 'outside' {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  const condition = headers['if-range']
  if (condition !== undefined && condition !== etag) return undefined
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start >= bytes || (first === '' && Number(last) === 0) ? 'outside' : { start, end }
}

/** RFC 6266: a plain name for old clients, the real one in UTF-8. Neither can end the header or name a folder. */
function attachment(name: string) {
  const clean = [...name].filter((c) => c >= ' ' && c !== '\u007f' && !'/\\'.includes(c)).join('')
  const plain = clean.replace(/[^\w .()-]/g, '_')
  const encoded = encodeURIComponent(clean.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
