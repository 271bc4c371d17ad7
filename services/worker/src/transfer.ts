import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { type Dispatcher, request } from 'undici'

/** A store may be silent for this long, as when it fetches the object from somewhere slow itself. */
const SILENCE_MS = 300_000

/** `expired`: ask for another URL and try again. `damaged`: the bytes are not those that were announced. */
export class TransferError extends Error {
  readonly kind: 'expired' | 'damaged' | 'failed'
  constructor(kind: TransferError['kind'], message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TransferError'
    this.kind = kind
  }
}

export type Expected = { sha256: string; bytes: number }
export type Digests = { bytes: number; md5: string; sha256: string }

/** Object transfers by presigned URL. Redirects are not followed. Each throws TransferError or the abort's reason. */
export function transfers(dispatcher: Dispatcher) {
  return {
    /** Streams an object into `file`, hashing on the way; nothing past the announced size is written. */
    download: async (url: string, file: FileHandle, expected: Expected, signal: AbortSignal) => {
      const { statusCode, body } = await request(url, {
        dispatcher,
        signal,
        headersTimeout: SILENCE_MS,
        bodyTimeout: SILENCE_MS
      }).catch((cause: unknown) => {
        throw new TransferError('failed', 'the object store does not answer', cause)
      })
      if (statusCode !== 200) {
        await body.dump()
        throw refused(statusCode)
      }
      const hash = createHash('sha256')
      let bytes = 0
      try {
        for await (const chunk of body as AsyncIterable<Buffer>) {
          bytes += chunk.length
          if (bytes > expected.bytes) break
          hash.update(chunk)
          await file.write(chunk)
        }
      } catch (cause) {
        throw new TransferError('failed', 'the download broke off', cause)
      }
      if (bytes !== expected.bytes || hash.digest('hex') !== expected.sha256) {
        throw new TransferError('damaged', 'the stored object does not match its SHA-256')
      }
    },

    /** Sends the first `bytes` of `file` from its start, with the headers that the URL was signed for. */
    put: async (
      url: string,
      headers: Record<string, string>,
      file: FileHandle,
      bytes: number,
      signal: AbortSignal
    ) => {
      const { statusCode, body } = await request(url, {
        method: 'PUT',
        dispatcher,
        signal,
        headers: { ...headers, 'content-length': String(bytes) },
        body: bytes === 0 ? '' : Readable.from(pieces(file, bytes), { objectMode: false }),
        headersTimeout: SILENCE_MS,
        bodyTimeout: SILENCE_MS
      }).catch((cause: unknown) => {
        throw new TransferError('failed', 'the upload broke off', cause)
      })
      await body.dump()
      if (statusCode >= 300) throw refused(statusCode)
    }
  }
}
export type Transfers = ReturnType<typeof transfers>

const refused = (status: number) =>
  new TransferError(status === 403 ? 'expired' : 'failed', `the object store answered ${status}`)

const READ_BYTES = 256 * 1024

/** Not a ReadStream: that closes the file when a request fails, and the next try needs it. */
async function* pieces(file: FileHandle, bytes: number) {
  for (let at = 0; at < bytes; ) {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, bytes - at))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
    if (bytesRead === 0) throw new Error('the file became shorter while it was sent')
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** Size, MD5 (base64, as Content-MD5 wants it) and SHA-256 of a file in one pass, a small piece at a time. */
export async function digest(file: FileHandle, signal?: AbortSignal): Promise<Digests> {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let bytes = 0
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, bytes)
    if (bytesRead === 0) return { bytes, md5: md5.digest('base64'), sha256: sha256.digest('hex') }
    const piece = buffer.subarray(0, bytesRead)
    md5.update(piece)
    sha256.update(piece)
    bytes += bytesRead
  }
}
