import websocket from '@fastify/websocket'
import type { AccessClaims } from '@trainyard/contracts/auth'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { createChannels } from './channels.ts'
import type { LiveDeps } from './deps.ts'
import { createFanOut } from './fan-out.ts'
import { LIVE_LIMITS } from './limits.ts'
import { originCheck } from './origin.ts'
import { createSockets } from './sockets.ts'
import { ticketOf } from './ticket.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who a one-time ticket spoke for; only on an upgrade of `/ws`. */
    ticketClaims: AccessClaims | undefined
  }
}

const PATH = '/ws'

/** Without these ws itself would refuse, in words of its own (RFC 6455 §4.2.1). */
const isHandshake = (headers: Record<string, unknown>) =>
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(String(headers['sec-websocket-key']))

/**
 * `GET /ws`: live updates. An upgrade from a foreign Origin is 403, with a used or unknown ticket 401, above the caps
 * 503; otherwise the first message says who the client is.
 */
export async function livePlugin(app: App, deps: LiveDeps) {
  const limits = { ...LIVE_LIMITS, ...deps.limits }
  const { jobApi, log } = deps
  const channels = createChannels({ redis: deps.subscriber, limitMs: limits.subscribeMs, log })
  const fanOut = createFanOut({ channels, jobApi, limits, log })
  const sockets = createSockets({ ...deps, fanOut, limits })
  const isAllowed = originCheck(deps.publicUrls)

  // Elsewhere `Upgrade` is ignored, as HTTP asks; otherwise such connections would stay open with nobody to end them.
  const isOurs = ({ url }: { url?: string }) => url?.split('?')[0] === PATH
  Object.assign(app.server, { shouldUpgradeCallback: isOurs })

  async function claimsOf(ticket: string): Promise<AccessClaims> {
    const { user_id: sub, ...rest } = await deps.redeemTicket(ticket)
    const claims = { sub, ...rest }
    if (await deps.isRevoked(claims)) throw fail('UNAUTHENTICATED')
    return claims
  }

  // A scope of its own: the websocket plugin wraps every route that it sees.
  await app.register(async (scope) => {
    await scope.register(websocket, {
      options: {
        maxPayload: limits.frameBytes,
        perMessageDeflate: false,
        clientTracking: false,
        handleProtocols: (offered: Set<string>) => [...offered][0] ?? false
      },
      // A peer that breaks the protocol or the size limit is told so by ws (1002, 1007, 1009); it is no fault of ours.
      errorHandler: (err, socket) => {
        log.info({ err }, 'a socket failed')
        socket.close()
      },
      preClose: async () => {
        scope.websocketServer.close()
        await sockets.close(limits)
        fanOut.stop()
        channels.close()
      }
    })
    scope.decorateRequest('ticketClaims', undefined)
    scope.route({
      method: 'GET',
      url: PATH,
      exposeHeadRoute: false,
      config: { access: 'public' },
      websocket: true,
      preValidation: async (req, reply) => {
        if (!req.ws) throw fail('NOT_FOUND')
        if (!isHandshake(req.headers)) {
          reply.header('sec-websocket-version', '13')
          throw fail('BAD_REQUEST', {
            message: 'A socket opens with Sec-WebSocket-Version: 13 and a key of 16 bytes.'
          })
        }
        if (!isAllowed(req.headers.origin)) throw fail('ORIGIN_REFUSED')
        if (!sockets.hasRoom()) throw fail('UNAVAILABLE')
        const ticket = ticketOf(req.headers['sec-websocket-protocol'])
        if (ticket === null) throw fail('UNAUTHENTICATED')
        if (ticket !== undefined) req.ticketClaims = await claimsOf(ticket)
      },
      handler: (socket, req) => sockets.add(socket, req.ticketClaims)
    })
  })
}
