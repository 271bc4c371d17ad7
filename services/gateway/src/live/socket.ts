import type { AccessClaims } from '@trainyard/contracts/auth'
import { ERRORS } from '@trainyard/contracts/errors'
import type { ClientMessage } from '@trainyard/contracts/live'
import { AppError } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import type { RawData, WebSocket } from 'ws'
import { CLOSE, type CloseReason, explainCloses } from './close-codes.ts'
import type { JobApi, LiveDeps } from './deps.ts'
import type { FanOut } from './fan-out.ts'
import type { LiveLimits } from './limits.ts'
import { parseMessage } from './messages.ts'
import { createOutbox } from './outbox.ts'
import { tokenBucket } from './rate.ts'
import { createSubscriptions } from './subscriptions.ts'

export type LiveSocket = ReturnType<typeof createSocket>
export type SocketDeps = Pick<LiveDeps, 'verifyToken' | 'isRevoked'> & {
  fanOut: FanOut
  jobApi: JobApi
  limits: LiveLimits
  log: Logger
  /** Counts the socket for its user; false when the user has too many. */
  admit: (userId: string) => boolean
}

/** One connected client: who it is, what it asks for, when it must go. */
export function createSocket(ws: WebSocket, deps: SocketDeps, fromTicket: AccessClaims | undefined) {
  const { limits, log } = deps
  const outbox = createOutbox(ws, limits)
  const subscriptions = createSubscriptions({ ...deps, outbox })
  const bucket = tokenBucket(limits.messagesPerSecond, limits.messageBurst)
  const openedAt = performance.now()
  let heardAt = openedAt
  let pingedAt = openedAt
  let claims: AccessClaims | undefined
  let ended = false
  /** Messages are handled in order: what follows `authenticate` waits until it is settled. */
  let queue: Promise<void> = Promise.resolve()

  function end(why: CloseReason) {
    if (ended) return
    ended = true
    subscriptions.close()
    const [code, reason] = CLOSE[why]
    ws.close(code, reason)
    // A peer that reads nothing never answers the close frame; its buffers must go all the same.
    const timer = setTimeout(() => ws.terminate(), limits.goodbyeMs)
    timer.unref()
    ws.once('close', () => clearTimeout(timer))
  }

  function admit(fresh: AccessClaims) {
    if (claims && (fresh.sub !== claims.sub || fresh.workspace_id !== claims.workspace_id)) {
      return end('unauthenticated')
    }
    if (!claims && !deps.admit(fresh.sub)) return end('full')
    claims = fresh
    outbox.reply({ type: 'authenticated' })
  }

  async function authenticate(token: string) {
    try {
      const fresh = await deps.verifyToken(token)
      const revoked = await deps.isRevoked(fresh)
      if (ended) return
      if (revoked) end('revoked')
      else admit(fresh)
    } catch (err) {
      if (err instanceof AppError && err.status === 401) return end('unauthenticated')
      log.warn({ err }, 'a token could not be checked')
      end('unavailable')
    }
  }

  async function handle(message: ClientMessage) {
    if (ended) return
    if (message.type === 'authenticate') return authenticate(message.token)
    if (!claims) return end('unauthenticated')
    if (message.type === 'subscribe_job') subscriptions.job(message.job_id, message.since, claims)
    else if (message.type === 'unsubscribe_job') subscriptions.leave(message.job_id)
    else await subscriptions.userFeed(claims)
  }

  function onMessage(data: RawData, isBinary: boolean) {
    heardAt = performance.now()
    if (ended) return
    if (isBinary) return end('binary')
    if (!bucket.take()) {
      const { message } = ERRORS.TOO_MANY_REQUESTS
      outbox.reply({ type: 'error', code: 'TOO_MANY_REQUESTS', message })
      return end('flood')
    }
    const parsed = parseMessage(String(data))
    if (!parsed.ok) return outbox.reply({ type: 'error', ...parsed.refusal })
    queue = queue
      .then(() => handle(parsed.message))
      .catch((err: unknown) => log.error({ err }, 'a socket message failed'))
  }

  function onClose() {
    ended = true
    subscriptions.close()
    outbox.close()
  }

  explainCloses(ws)
  ws.on('message', onMessage)
  ws.on('pong', () => {
    heardAt = performance.now()
  })
  ws.on('close', onClose)
  if (fromTicket) admit(fromTicket)

  return {
    userId: () => claims?.sub,
    end,
    terminate: () => ws.terminate(),
    /** Called about once a second. */
    tick() {
      const now = performance.now()
      if (ended) return
      if (!claims && now - openedAt > limits.authenticateMs) return end('unauthenticated')
      if (claims && claims.exp * 1_000 <= Date.now()) return end('expired')
      if (outbox.isStuck()) return end('slow')
      if (now - heardAt > limits.silentMs) return ws.terminate()
      if (now - pingedAt < limits.pingMs) return
      pingedAt = now
      ws.ping()
    },
    /** Ends the socket of a session that was revoked. When that cannot be known now, the token's end still holds. */
    async checkRevoked() {
      if (claims && !ended && (await deps.isRevoked(claims))) end('revoked')
    }
  }
}
