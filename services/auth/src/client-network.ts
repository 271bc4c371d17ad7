import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/**
 * Where a request comes from, as throttling counts it: the IPv4 address, or the /64 of an IPv6 one, which is
 * what one customer has. The gateway drops a client's own `x-forwarded-for` and writes the address it saw;
 * nobody but the gateway reaches this port.
 */
export function clientNetwork(req: Pick<FastifyRequest, 'headers' | 'ip'>): string {
  const forwarded = req.headers['x-forwarded-for']
  const given = typeof forwarded === 'string' ? forwarded.trim() : ''
  return networkOf(isIP(given) ? given : req.ip)
}

export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(plain) !== 6) return plain
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const full = [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])]
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
