import type { App } from '@trainyard/service-kit/server'

/** Which rules a path's answers follow. */
export type HeaderClass = 'app' | 'docs' | 'board' | 'api'

export function headerClass(path: string): HeaderClass {
  if (path === '/api-docs' || path.startsWith('/api-docs/')) return 'docs'
  if (path === '/admin/queues' || path.startsWith('/admin/queues/')) return 'board'
  if (/^\/(api|ty-datasets|ty-artifacts|\.well-known)(\/|$)/.test(path) || path === '/api-docs.json')
    return 'api'
  return 'app'
}

/** Nobody else sets these: an upstream's own are dropped. */
export const SECURITY_HEADERS: ReadonlySet<string> = new Set([
  'content-security-policy',
  'strict-transport-security',
  'x-content-type-options',
  'referrer-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'x-frame-options'
])

/** An address as `PUBLIC_URLS` has it. `policy` depends on it only by the socket's origin. */
export function securityHeaders(kind: HeaderClass, publicUrl: string): Record<string, string> {
  const https = publicUrl.startsWith('https:')
  return {
    'content-security-policy': policy(kind, publicUrl.replace(/^http/, 'ws')),
    'x-content-type-options': 'nosniff',
    'referrer-policy': kind === 'api' ? 'no-referrer' : 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    ...(https ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {})
  }
}

/**
 * What the API and the stores answer is data, never a page: opened in a tab it can run and load nothing.
 * Swagger UI and Bull Board write inline styles and know nothing of Trusted Types; Bull Board's addresses hang on its
 * `<base>`.
 */
function policy(kind: HeaderClass, socketOrigin: string): string {
  if (kind === 'api')
    return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
  const loose = kind !== 'app'
  return [
    "default-src 'self'",
    "script-src 'self'",
    loose ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self' ${socketOrigin}`,
    "worker-src 'self'",
    "object-src 'none'",
    kind === 'board' ? "base-uri 'self'" : "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(loose ? [] : ["require-trusted-types-for 'script'", 'trusted-types trainyard-worker'])
  ].join('; ')
}

/** Sets them on every answer, errors included. */
export function setSecurityHeaders(app: App, publicUrls: readonly string[]) {
  const canonical = publicUrls[0] ?? ''
  const byHost = new Map(publicUrls.map((url) => [new URL(url).host, url]))
  app.addHook('onSend', async (req, reply) => {
    const kind = headerClass(req.url.split('?', 1)[0] ?? '')
    reply.headers(securityHeaders(kind, byHost.get(req.host) ?? canonical))
    // What is somebody's own stays out of caches unless whoever answered knows better.
    if (kind === 'api' && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}
