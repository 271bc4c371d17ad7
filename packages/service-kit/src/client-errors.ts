import { randomUUID } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ErrorBody } from '@trainyard/contracts/common'
import { ERRORS, type ErrorCode } from '@trainyard/contracts/errors'
import { fail } from './errors.ts'
import type { Logger } from './log.ts'
import type { App } from './server.ts'

/** What Node's parser calls its refusals; whatever else it refuses is not HTTP. */
const CODES: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'TOO_LARGE'
}

/** How long a connection stays open after a refusal: closed at once, unread bytes would reset it before it is read. */
const LINGER_MS = 1_000

/**
 * Bytes that never became a request are refused with the error body too, which Node itself would not do. The
 * connection is closed then: where the next request begins cannot be known.
 */
export function clientErrors(log: Logger) {
  /** The newest answer on a connection: a refusal in the middle of it would be taken for a part of it. */
  const answers = new WeakMap<Socket, ServerResponse>()
  const refused = new WeakSet<Socket>()
  return {
    watch: (app: App) => {
      // Node keeps a peer's address once it was asked for; later it may be gone with the peer, and limits count by it.
      app.server.on('connection', (socket) => {
        if (socket.remoteAddress === undefined) socket.destroy()
      })
      app.addHook('onRequest', async (req, reply) => {
        answers.set(req.raw.socket, reply.raw)
      })
    },
    handler: (err: Error & { code?: string }, socket: Socket) => {
      // What comes after a refused part is refused by the parser again.
      if (refused.has(socket) || socket.destroyed) return
      refused.add(socket)
      const answer = answers.get(socket)
      if (
        err.code === 'ECONNRESET' ||
        !socket.writable ||
        (answer?.headersSent && !answer.writableFinished)
      ) {
        socket.destroy()
        return
      }
      const code = CODES[err.code ?? ''] ?? 'BAD_REQUEST'
      const requestId = randomUUID()
      log.debug({ err, code, request_id: requestId }, 'what came is no request')
      socket.end(refusal(code, requestId))
      setTimeout(() => socket.destroy(), LINGER_MS).unref()
    }
  }
}

/** Two more that Node answers by itself, without a body: no Host, and an `Expect` that it does not know. */
export function answerOddHeaders(app: App) {
  app.addHook('onRequest', async ({ raw }) => {
    // RFC 9112 §3.2
    if (raw.httpVersion === '1.1' && raw.headers.host === undefined)
      throw fail('BAD_REQUEST', { message: 'The request has no Host header; send one.' })
  })
  // RFC 9110 §10.1.1 allows to go on as if it were not there.
  app.server.on('checkExpectation', (req, res) => app.server.emit('request', req, res))
}

function refusal(code: ErrorCode, requestId: string): string {
  const { status, message } = ERRORS[code]
  const error: ErrorBody = { error: { code, message, details: [], request_id: requestId } }
  const body = JSON.stringify(error)
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
    '',
    body
  ].join('\r\n')
}
