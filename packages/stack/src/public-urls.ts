import { networkInterfaces } from 'node:os'

const everywhere = new Set(['0.0.0.0', '::'])
const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

export const isLoopback = (host: string) => loopback.has(host)

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host)

/**
 * Addresses under which browsers may come, the one that is printed first. `given` (comma separated) goes before them.
 */
export function publicUrls(host: string, port: number, given = ''): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
  const hosts = isLoopback(host) || everywhere.has(host) ? ['127.0.0.1', 'localhost'] : [host]
  const all = everywhere.has(host) ? [...hosts, ...own] : hosts
  const named = given.split(',').map((url) => url.trim().replace(/\/$/, ''))
  return [...new Set([...named.filter(Boolean), ...all.map((name) => `http://${bracketed(name)}:${port}`)])]
}
