import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const ALLOWED = 'authorization, content-type, idempotency-key, x-trainyard-client, x-request-id, range'
const EXPOSED = 'retry-after, x-request-id, etag, content-disposition, content-range, accept-ranges'

/**
 * Pages of one of our own addresses may call another (`localhost` and `127.0.0.1`, an inner and an outer
 * name); no other site may. Answers without these headers are what a browser refuses to show.
 */
export function cors(app: App, publicUrls: readonly string[]) {
  const origins = new Set(publicUrls)
  app.addHook('onSend', async (req, reply) => {
    const { origin } = req.headers
    reply.header('vary', [reply.getHeader('vary'), 'Origin'].filter(Boolean).join(', '))
    if (origin === undefined || !origins.has(origin)) return
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED })
  })
  app.options('/api/*', { config: { access: 'public' }, schema: { hide: true } }, async (req, reply) => {
    if (!origins.has(req.headers.origin ?? '')) throw fail('ORIGIN_REFUSED')
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': ALLOWED,
        'access-control-max-age': '600'
      })
      .send()
  })
}
