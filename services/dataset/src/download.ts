import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import type { ObjectStore } from '@trainyard/object-store/store'
import { fail } from '@trainyard/service-kit/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ListedDataset } from './db/datasets.ts'
import { parseRange } from './range.ts'
import { fromStore } from './upload/errors.ts'

type File = Pick<ListedDataset, 'name' | 'format' | 'gzip' | 'bytes' | 'sha256' | 'objectKey'>

const types = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  text: 'text/plain; charset=utf-8'
}

/** The dataset's name with the extension of what it is. */
export function downloadName({ name, format, gzip }: Pick<File, 'name' | 'format' | 'gzip'>): string {
  const extension = `.${format === 'text' ? 'txt' : format}${gzip ? '.gz' : ''}`
  const safe = name.replace(/[/\\:*?"<>|]/g, '_')
  return safe.toLowerCase().endsWith(extension) ? safe : safe + extension
}

/** RFC 6266: a plain name for old clients, the real one in UTF-8 percent encoding (RFC 8187). */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Withholds the last chunk until everything before it, and it, is what was uploaded; else the download breaks off. */
function verifying(sha256: string): Transform {
  const hash = createHash('sha256')
  let held: Buffer | undefined
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      if (held) this.push(held)
      held = chunk
      done()
    },
    flush(done) {
      if (hash.digest('hex') !== sha256) return done(new Error('the stored object is not what was uploaded'))
      done(null, held)
    }
  })
}

/** The original bytes: whole and checked against their hash, or one range. Never shown by a browser, only saved. */
export async function sendFile(req: FastifyRequest, reply: FastifyReply, store: ObjectStore, file: File) {
  const etag = `"${file.sha256}"`
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': attachment(downloadName(file)),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer'
  })
  const known = (req.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.includes(etag) || known.includes('*')) return reply.code(304).send()
  const unchanged = (req.headers['if-range'] ?? etag) === etag
  const range = unchanged ? parseRange(req.headers.range, file.bytes) : null
  if (range === 'outside') {
    reply.header('content-range', `bytes */${file.bytes}`)
    throw fail('RANGE_NOT_SATISFIABLE')
  }
  const body = await store.get(file.objectKey, range ?? undefined).catch((error: unknown) => {
    throw fromStore(error)
  })
  reply.type(file.gzip ? 'application/gzip' : types[file.format])
  reply.header('content-length', String(range ? range.end - range.start + 1 : file.bytes))
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
  const checked = range ? body.stream : body.stream.pipe(verifying(file.sha256))
  body.stream.once('error', (error) => checked.destroy(error))
  checked.once('close', () => body.stream.destroy())
  return reply.send(checked)
}
