import { isIP } from 'node:net'
import { networkOf } from '@trainyard/service-kit/network'
import type { FastifyRequest } from 'fastify'

/**
 * Where a request comes from, as throttling counts it. The gateway drops a client's own `x-forwarded-for` and writes the address it saw;
 * nobody but the gateway reaches this port.
 */
export function clientNetwork(req: Pick<FastifyRequest, 'headers' | 'ip'>): string {
  const forwarded = req.headers['x-forwarded-for']
  const given = typeof forwarded === 'string' ? forwarded.trim() : ''
  return networkOf(isIP(given) ? given : req.ip)
}
