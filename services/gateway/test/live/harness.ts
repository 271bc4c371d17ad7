import type { AccessClaims, RedeemedTicket } from '@trainyard/contracts/auth'
import { fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import { createLog } from '@trainyard/service-kit/log'
import { connectRedis } from '@trainyard/service-kit/redis'
import { type App, createServer, listen } from '@trainyard/service-kit/server'
import { userAuth } from '@trainyard/service-kit/user-auth'
import { freshRedis } from '@trainyard/testing/redis'
import type { TestContext } from '@trainyard/testing/test-context'
import { Redis } from 'ioredis'
import type { LiveLimits } from '../../src/live/limits.ts'
import { livePlugin } from '../../src/live/plugin.ts'
import { createEventLog, type Publish } from './event-log.ts'
import { openSocket } from './test-socket.ts'

export const ORIGIN = 'https://trainyard.example'
export type User = Omit<AccessClaims, 'exp'>

type Options = {
  limits?: Partial<LiveLimits>
  redisUrl?: string
  port?: number
  /** What happens to messages on their way to Redis. */
  through?: (publish: Publish) => Publish
  /** More routes on the same port. */
  routes?: (app: App) => void
}

/** A gateway's live side on a real port, with a real Valkey, tokens and tickets of its own, and an event log. */
export async function startLive(
  t: TestContext,
  { limits, redisUrl, port = 0, through = (publish) => publish, routes }: Options = {}
) {
  const log = createLog('live-test', process.env.LOG_LEVEL ?? 'silent')
  const url = redisUrl ?? (await freshRedis(t)).url
  const subscriber = connectRedis('subscriber', url, log)
  const publisher = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: true })
  publisher.on('error', () => undefined)
  t.teardown(() => {
    subscriber.disconnect()
    publisher.disconnect()
  })

  const tokens = new Map<string, AccessClaims>()
  const tickets = new Map<string, RedeemedTicket>()
  const revoked = new Set<string>()
  const callbacks = new Set<() => void>()
  // A message that finds no server is lost; that is what publishing promises.
  const publish: Publish = (channel, text) => publisher.publish(channel, text).catch(() => undefined)
  const events = createEventLog(through(publish))

  const app = createServer({ log })
  userAuth(app, { verify: verifyToken })
  await livePlugin(app, {
    verifyToken,
    isRevoked: ({ sid }) => revoked.has(sid),
    onRevoked: (callback) => {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
    redeemTicket: async (ticket) => {
      const redeemed = tickets.get(ticket)
      if (!tickets.delete(ticket) || !redeemed) throw fail('UNAUTHENTICATED')
      return redeemed
    },
    jobApi: events.api,
    subscriber,
    publicUrls: [`${ORIGIN}/`],
    log,
    limits
  })
  routes?.(app)
  const actualPort = await listen(app, { host: '127.0.0.1', port })
  t.teardown(() => app.close())

  async function verifyToken(token: string) {
    const claims = tokens.get(token)
    if (!claims || claims.exp * 1_000 <= Date.now()) throw fail('UNAUTHENTICATED')
    return claims
  }

  const newUser = (): User => ({ sub: newId(), sid: newId(), ver: 1, role: 'member', workspace_id: newId() })
  function tokenFor(user: User, lifeMs = 600_000) {
    const token = newId()
    tokens.set(token, { ...user, exp: (Date.now() + lifeMs) / 1_000 })
    return token
  }

  const wsUrl = `ws://127.0.0.1:${actualPort}/ws`
  return {
    app,
    events,
    port: actualPort,
    url: wsUrl,
    publisher,
    subscriber,
    newUser,
    tokenFor,
    ticketFor({ sub, ...rest }: User, lifeMs = 600_000) {
      const ticket = newId()
      tickets.set(ticket, { user_id: sub, ...rest, exp: (Date.now() + lifeMs) / 1_000 })
      return ticket
    },
    /** `told`: the gateway hears of it at once; otherwise its own sweep finds it. */
    revoke(user: User, told = true) {
      revoked.add(user.sid)
      if (told) for (const callback of callbacks) callback()
    },
    /** A socket that is signed in. */
    async signedIn(user: User, lifeMs?: number) {
      const socket = await openSocket(t, wsUrl)
      socket.send({ type: 'authenticate', token: tokenFor(user, lifeMs) })
      await socket.next('authenticated')
      return socket
    }
  }
}
