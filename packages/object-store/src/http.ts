import type { Readable } from 'node:stream'
import { Agent, errors, request } from 'undici'
import { ObjectMissing, RangeOutside, StoreRefused, StoreUnavailable } from './errors.ts'
import { textOf } from './xml.ts'

/** Longest XML reply that is read: a listing of about 200,000 objects, for stores that do not page. */
const maxXmlBytes = 64 * 1024 * 1024

export type StoreRequest = {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: Uint8Array | string
  signal?: AbortSignal | undefined
  /** Until the reply's head arrives, and between two chunks of its body. */
  timeoutMs?: number
  /** The caller must know when a request went out twice, so it sends it again itself. */
  resend?: false
}
export type StoreReply = {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Readable
}
export type StoreHttp = {
  /** A 2xx reply with its body unread; anything else is thrown. */
  send: (request: StoreRequest) => Promise<StoreReply>
  /** The same, its body read to the end as text. */
  text: (request: StoreRequest) => Promise<StoreReply & { xml: string }>
  close: () => Promise<void>
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxXmlBytes) throw new StoreRefused('the store sent a reply that is too long to read')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Never with the URL: its signature is a credential. */
function refusal(status: number, xml: string): Error {
  const code = textOf(xml, 'Code') ?? 'no code'
  if (status === 404) return new ObjectMissing(`the store has no such object (${code})`)
  if (status === 416) return new RangeOutside(`the range lies outside of the object (${code})`)
  if (status >= 500 || status === 429) return new StoreUnavailable(`the store answered ${status} (${code})`)
  return new StoreRefused(`the store refused with ${status} (${code})`)
}

/** Plain requests to presigned URLs over a kept-alive pool, every one of them with a time limit. */
export function createStoreHttp({ timeoutMs = 30_000 } = {}): StoreHttp {
  const agent = new Agent({ connections: 64, connect: { timeout: 3_000 }, keepAliveTimeout: 10_000 })
  const away = (cause: unknown, signal?: AbortSignal) => {
    if (signal?.aborted) return signal.reason
    const timedOut = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError
    return new StoreUnavailable('the object store does not answer', { cause, timedOut })
  }
  const once = (req: StoreRequest) => {
    const limit = req.timeoutMs ?? timeoutMs
    return request(req.url, {
      dispatcher: agent,
      method: req.method,
      headers: req.headers ?? {},
      body: req.body ?? null,
      signal: req.signal ?? null,
      headersTimeout: limit,
      bodyTimeout: limit
    })
  }
  const send = async (req: StoreRequest): Promise<StoreReply> => {
    const reply = await once(req)
      // A kept-alive connection may have been closed at the other end just now. A POST may not be sent twice.
      .catch((cause: unknown) => {
        const again = req.resend ?? req.method !== 'POST'
        if (cause instanceof errors.SocketError && again && !req.signal?.aborted) return once(req)
        throw cause
      })
      .catch((cause: unknown) => {
        throw away(cause, req.signal)
      })
    if (reply.statusCode >= 200 && reply.statusCode < 300) {
      return { status: reply.statusCode, headers: reply.headers, body: reply.body }
    }
    const xml = await readText(reply.body).catch((cause: unknown) => {
      throw away(cause, req.signal)
    })
    throw refusal(reply.statusCode, xml)
  }
  const text = async (req: StoreRequest) => {
    const reply = await send(req)
    const xml = await readText(reply.body).catch((cause: unknown) => {
      throw cause instanceof StoreRefused ? cause : away(cause, req.signal)
    })
    return { ...reply, xml }
  }
  return { send, text, close: () => agent.destroy() }
}
