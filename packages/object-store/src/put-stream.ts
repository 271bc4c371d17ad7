import { ObjectMissing, StoreRefused, StoreUnavailable } from './errors.ts'
import { type Multipart, maxParts, type Part } from './multipart.ts'

export type PutStreamOptions = {
  multipart: Multipart
  /** One request for an object that fits into one part. Gives its ETag. */
  putWhole: (key: string, body: Uint8Array, signal: AbortSignal) => Promise<string>
  stat: (key: string) => Promise<{ bytes: number; etag: string | null } | null>
  partBytes: number
  /** Buffers of one upload: parts on their way and the one that is being filled. */
  buffers: number
  /** An upload that could not be aborted: its parts lie in the store until the store's own rule removes them. */
  onLeftover: (cause: unknown, key: string) => void
}

const tries = 3

/**
 * rclone writes parts to the object in order, in the request that finds the next one. When that request is cut after
 * its last byte came, it goes on writing, but the second try of the part is answered at once; completed while it
 * writes, the upload would be refused (`InvalidPart`) and thrown away. Nothing tells when it is done.
 */
const settleMs = 2_000

/**
 * Again after a broken connection or a refusal for now, not after a time limit, so that a limit stays one.
 * `send` hears how many tries came before.
 */
async function withRetries<T>(signal: AbortSignal, send: (before: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(attempt - 1)
    } catch (error) {
      const again = error instanceof StoreUnavailable && !error.timedOut && attempt < tries
      if (!again || signal.aborted) throw error
      await new Promise((resolve) => setTimeout(resolve, 100 * attempt * (1 + Math.random())))
    }
  }
}

/**
 * Stores a stream of unknown length: `buffers` × `partBytes` of memory at the most, the source is read no faster
 * than the store takes it. On any failure, the source's too, what was stored is taken back and the error thrown.
 */
export async function putStream(
  key: string,
  source: AsyncIterable<Uint8Array>,
  { multipart, putWhole, stat, partBytes, buffers, onLeftover }: PutStreamOptions
): Promise<{ bytes: number; etag: string }> {
  const stop = new AbortController()
  const free: Buffer[] = []
  const underWay = new Set<Promise<void>>()
  const parts: Part[] = []
  let uploadId: string | null = null
  let resent = false
  let made = 0
  let number = 0
  let bytes = 0

  const takeBuffer = async (): Promise<Buffer> => {
    for (;;) {
      stop.signal.throwIfAborted()
      const buffer = free.pop()
      if (buffer) return buffer
      if (made < buffers) {
        made += 1
        // Not zeroed: pages that are never written take no memory, so small files stay small.
        return Buffer.allocUnsafeSlow(partBytes)
      }
      await Promise.race(underWay)
    }
  }
  const sendPart = async (buffer: Buffer, length: number) => {
    uploadId ??= await withRetries(stop.signal, () => multipart.start(key, stop.signal))
    const id = uploadId
    number += 1
    const part = number
    if (part > maxParts) throw new StoreRefused('the object has more parts than the store takes')
    const body = buffer.subarray(0, length)
    const send = (before: number) => {
      resent ||= before > 0
      return multipart.put(key, id, part, body, stop.signal)
    }
    const sent = withRetries(stop.signal, send).then(
      (done) => {
        parts[part - 1] = done
        free.push(buffer)
      },
      (error: unknown) => stop.abort(error)
    )
    const tracked = sent.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }

  /** When the answer to the first try was lost, the second hears that there is no such upload any more. */
  const completed = async (id: string): Promise<string> => {
    let again = false
    const complete = (before: number) => {
      again = before > 0
      return multipart.complete(key, id, parts)
    }
    if (resent) await new Promise((resolve) => setTimeout(resolve, settleMs))
    try {
      return await withRetries(stop.signal, complete)
    } catch (error) {
      const stored = error instanceof ObjectMissing && again ? await stat(key) : null
      if (stored?.bytes === bytes && stored.etag) return stored.etag
      if (resent && error instanceof StoreRefused) {
        throw new StoreUnavailable('the store lost its place after a broken connection', { cause: error })
      }
      throw error
    }
  }

  try {
    let buffer = await takeBuffer()
    let filled = 0
    for await (const chunk of source) {
      stop.signal.throwIfAborted()
      for (let at = 0; at < chunk.length; ) {
        if (filled === partBytes) {
          await sendPart(buffer, filled)
          buffer = await takeBuffer()
          filled = 0
        }
        const taken = Math.min(partBytes - filled, chunk.length - at)
        buffer.set(chunk.subarray(at, at + taken), filled)
        filled += taken
        at += taken
      }
      bytes += chunk.length
    }
    if (uploadId === null) {
      const whole = buffer.subarray(0, filled)
      return { bytes, etag: await withRetries(stop.signal, () => putWhole(key, whole, stop.signal)) }
    }
    await sendPart(buffer, filled)
    await Promise.all(underWay)
    stop.signal.throwIfAborted()
    return { bytes, etag: await completed(uploadId) }
  } catch (error) {
    stop.abort(error)
    await Promise.all(underWay)
    if (uploadId !== null) {
      await multipart.abort(key, uploadId).catch((cause: unknown) => onLeftover(cause, key))
    }
    throw error
  }
}
