import { fail } from '@trainyard/service-kit/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'

type Headers = FastifyRequest['headers']

export type Browser = {
  /** Whether the caller is our web client; 403 when it says so from an address that is not ours. */
  isWeb: (req: FastifyRequest) => boolean
  /** 403 when a browser says that another site made it send this. */
  checkOrigin: (req: FastifyRequest) => void
  refreshCookie: (req: FastifyRequest) => string | undefined
  setRefreshCookie: (req: FastifyRequest, reply: FastifyReply, token: string, expiresAt: Date) => void
  clearRefreshCookie: (req: FastifyRequest, reply: FastifyReply) => void
  setBoardCookie: (req: FastifyRequest, reply: FastifyReply, token: string, seconds: number) => void
}

const NOT_A_BROWSER =
  'X-Trainyard-Client: web is for pages, and browsers send Origin with it. Leave the header out to get the refresh token in the body.'

const PATH_OF_BOARD = '/admin/queues'

/**
 * What browsers get beyond the API: the refresh token in a cookie that no script reads and no other site
 * sends. The custom header makes a cross-site request need a CORS permission it does not get, and the
 * Origin list refuses it once more.
 *
 * Over https the cookie is `__Host-ty_refresh`, which no sub-domain and no plain page can plant. That prefix
 * demands `Secure`, and a browser drops a `Secure` cookie from http://192.168.1.5, so an address without TLS
 * gets a plain name.
 */
export function createBrowser(publicUrls: string[]): Browser {
  const origins = new Set(publicUrls)
  const checkOrigin = ({ headers }: { headers: Headers }) => {
    if (headers.origin !== undefined && !origins.has(headers.origin)) throw fail('ORIGIN_REFUSED')
  }
  const secure = ({ headers }: { headers: Headers }) =>
    (publicUrls.find((url) => new URL(url).host === headers.host) ?? publicUrls[0] ?? '').startsWith('https:')
  const refreshName = (req: { headers: Headers }) => (secure(req) ? '__Host-ty_refresh' : 'ty_refresh')
  const attributes = (req: { headers: Headers }, path: string, seconds: number) =>
    `Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure(req) ? '; Secure' : ''}`
  return {
    checkOrigin,
    isWeb: (req) => {
      if (req.headers['x-trainyard-client'] !== 'web') return false
      if (req.headers.origin === undefined) throw fail('ORIGIN_REFUSED', { message: NOT_A_BROWSER })
      checkOrigin(req)
      return true
    },
    refreshCookie: (req) => cookie(req.headers.cookie, refreshName(req)),
    setRefreshCookie: (req, reply, token, expiresAt) => {
      const seconds = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1_000))
      reply.header('set-cookie', `${refreshName(req)}=${token}; ${attributes(req, '/', seconds)}`)
    },
    clearRefreshCookie: (req, reply) => {
      reply.header('set-cookie', `${refreshName(req)}=; ${attributes(req, '/', 0)}`)
    },
    setBoardCookie: (req, reply, token, seconds) => {
      reply.header('set-cookie', `ty_board=${token}; ${attributes(req, PATH_OF_BOARD, seconds)}`)
    }
  }
}

/** Our tokens are base64url or JWTs, so nothing needs decoding. */
function cookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined
  }
  return undefined
}
