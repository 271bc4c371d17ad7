import { PassThrough } from 'node:stream'
import { fail } from '@trainyard/service-kit/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Dispatcher, Pool } from 'undici'
import { replyHeaders } from './forward-headers.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

export type Upstream = {
  /** Streams a request there and its reply back. `path` is sent as it is. */
  forward: (req: FastifyRequest, reply: FastifyReply, call: Call) => Promise<FastifyReply>
  close: () => Promise<void>
}
export type Answer = {
  status: number
  headers: Record<string, string | string[]>
  body: Dispatcher.ResponseData['body'] | string
}
/** Turns a reply into what the client gets; headers of the connection are out already. */
export type Adapt = (answer: Answer & { body: Dispatcher.ResponseData['body'] }) => Answer | Promise<Answer>
type Call = {
  path: string
  headers: Record<string, string | string[]>
  adapt?: Adapt
}

/** A body above this may take as long as its client likes to send it. */
const LONG_BYTES = 65_536
/** Requests that may wait for a connection, for each connection there is. */
const QUEUE = 8

/**
 * Kept-alive connections to one service. Nothing is buffered: each side waits for the other. Waits end:
 * connecting after 2 s, the first byte of a reply 60 s after the last byte of the request, a silent body after 60 s.
 * Uploads get half of the connections at most, so that slow ones leave room for everything else; who finds no room
 * is told to come back.
 */
export function createUpstream(origin: string, { connections = 256 } = {}): Upstream {
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    // The services keep idle connections for 72 s; letting go first means never to write into a closing one.
    keepAliveTimeout: 60_000,
    keepAliveMaxTimeout: 65_000,
    connect: { timeout: 2_000 },
    headersTimeout: 60_000,
    bodyTimeout: 60_000
  })
  const busy = { all: 0, long: 0 }
  const admit = (req: FastifyRequest, reply: FastifyReply) => {
    const long = isLong(req) ? 1 : 0
    if (busy.all >= connections * QUEUE || busy.long + long > connections / 2) throw fail('UNAVAILABLE')
    busy.all++
    busy.long += long
    reply.raw.once('close', () => {
      busy.all--
      busy.long -= long
    })
  }
  const send = async (req: FastifyRequest, reply: FastifyReply, { path, headers }: Call) => {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const once = (body: PassThrough | null) =>
      pool.request({ method: req.method as Dispatcher.HttpMethod, path, headers, body, signal: gone.signal })
    if (hasBody(req)) return once(bodyOf(req))
    try {
      return await once(null)
    } catch (err) {
      // The kept-alive connection may have been closed a moment before; a read can be asked again.
      if ((req.method !== 'GET' && req.method !== 'HEAD') || gone.signal.aborted || !wasClosed(err)) throw err
      return once(null)
    }
  }
  return {
    forward: async (req, reply, call) => {
      admit(req, reply)
      let answer: Dispatcher.ResponseData
      try {
        answer = await send(req, reply, call)
      } catch (cause) {
        // The client hung up: there is nobody to answer, and it is no fault of ours.
        if (reply.raw.destroyed) return reply.hijack()
        throw fail('UNAVAILABLE', { cause })
      }
      const { statusCode: status, body } = answer
      const plain = { status, headers: replyHeaders(answer.headers, SECURITY_HEADERS), body }
      const adapted = call.adapt ? await call.adapt(plain) : plain
      return reply.code(adapted.status).headers(adapted.headers).send(adapted.body)
    },
    close: () => pool.destroy()
  }
}

const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const isLong = (req: FastifyRequest) =>
  hasBody(req) && !(Number(req.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= LONG_BYTES)

/**
 * The request's body behind a stream of its own: when an upstream answers early, undici destroys the stream
 * it was given, and were that the request itself, the client's connection would die before the answer.
 */
function bodyOf(req: FastifyRequest): PassThrough {
  const body = new PassThrough({ highWaterMark: 256 * 1_024 })
  req.raw.pipe(body)
  req.raw.once('close', () => {
    if (!req.raw.complete) body.destroy(new Error('the client went away'))
  })
  // After an early answer nobody waits for the rest of the body.
  body.once('error', () => req.raw.unpipe(body))
  return body
}

const wasClosed = (err: unknown) =>
  err instanceof Error &&
  'code' in err &&
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(err.code))
