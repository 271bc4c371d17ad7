import { Client } from 'minio'

export type SignerOptions = {
  /** Base URL of the store, without a path. */
  url: string
  region: string
  bucket: string
  accessKey: string
  secretKey: string
}

export type Sign = (
  method: string,
  key: string,
  options?: { base?: string; seconds?: number; query?: Record<string, string> }
) => Promise<string>

/** Bases are the store's own URL and the platform's public ones; a caller that makes them up must not fill memory. */
const maxBases = 32

/**
 * Signature V4 in the query (AWS "Authenticating Requests: Using Query Parameters"), by the `minio` client. It is
 * given the region, so signing makes no call. The host is signed: a URL works for its base alone.
 */
export function createSigner({ url, region, bucket, accessKey, secretKey }: SignerOptions): Sign {
  const clients = new Map<string, Client>()
  const clientFor = (base: string): Client => {
    const known = clients.get(base)
    if (known) return known
    const { hostname, port, protocol } = new URL(base)
    const client = new Client({
      endPoint: hostname.replace(/^\[|\]$/g, ''),
      useSSL: protocol === 'https:',
      port: Number(port),
      region,
      accessKey,
      secretKey,
      pathStyle: true
    })
    const [oldest] = clients.keys()
    if (clients.size >= maxBases && oldest !== undefined) clients.delete(oldest)
    clients.set(base, client)
    return client
  }
  return (method, key, { base = url, seconds = 300, query = {} } = {}) =>
    clientFor(base).presignedUrl(method, bucket, key, seconds, query)
}
