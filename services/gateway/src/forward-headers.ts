import type { FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'undici/types/header.js'

/** Meant for one connection only (RFC 9110 §7.6.1), both ways. */
const HOP_BY_HOP = new Set([
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer',
  'transfer-encoding', 'upgrade', 'http2-settings', 'expect'
]) // biome-ignore format: a table

/** What only we may say to a service, so whatever a client says of it is dropped. */
const OURS = /^(x-user-|x-forwarded-|forwarded$|x-real-ip$|x-request-id$)/

type Headers = Record<string, string | string[]>

/** The client's headers without those of its connection and those that are ours to set. */
export function clientHeaders({ headers }: Pick<FastifyRequest, 'headers'>, drop: string[] = []): Headers {
  const named = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/)
  const kept: Headers = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || OURS.test(name)) continue
    if (named.includes(name) || drop.includes(name)) continue
    kept[name] = value
  }
  return kept
}

/** For a service of ours: who asks, by which name we were called, and one id to follow the request by. */
export function serviceHeaders(req: FastifyRequest, drop: string[] = []): Headers {
  return {
    ...clientHeaders(req, drop),
    'x-forwarded-for': req.ip,
    'x-forwarded-proto': req.protocol,
    'x-forwarded-host': req.host,
    'x-request-id': req.id
  }
}

/** What an upstream may tell the client. `security` names are set by this process alone. */
export function replyHeaders(headers: IncomingHttpHeaders, security: ReadonlySet<string>): Headers {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
  const kept: Headers = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || named.includes(name)) continue
    if (name === 'server' || name === 'x-request-id' || name === 'date' || security.has(name)) continue
    if (name.startsWith('access-control-')) continue
    kept[name] = value
  }
  return kept
}
