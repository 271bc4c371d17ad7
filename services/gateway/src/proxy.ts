import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import type { Access } from '@trainyard/service-kit/user-auth'
import { serviceHeaders } from './forward-headers.ts'
import type { Upstream } from './upstream.ts'

export type Services = { auth: Upstream; dataset: Upstream; job: Upstream }

/**
 * Which service answers which prefix. Under `user` the token is checked here, before a byte of a body is
 * read; the accounts' routes are left to auth, which knows more, and to which a stale token may be sent
 * along with a sign-in.
 */
const ROUTES: { url: string; service: keyof Services; access: Access }[] = [
  { url: '/api/auth/*', service: 'auth', access: 'public' },
  { url: '/.well-known/jwks.json', service: 'auth', access: 'public' },
  { url: '/api/datasets', service: 'dataset', access: 'user' },
  { url: '/api/datasets/*', service: 'dataset', access: 'user' },
  { url: '/api/training', service: 'job', access: 'user' },
  { url: '/api/training/*', service: 'job', access: 'user' }
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** A link's token says by its first letter who signed it. */
const LINK_SIGNERS: Record<string, keyof Services> = { d_: 'dataset', j_: 'job' }

/** Public REST: streamed both ways, unread and unbuffered. `app` must leave bodies alone. */
export function proxyRoutes(app: App, services: Services) {
  for (const { url, service, access } of ROUTES) {
    // Cookies are for auth; no other service needs to see a refresh token.
    const drop = service === 'auth' ? [] : ['cookie']
    app.route({
      method: [...METHODS],
      url,
      config: { access },
      schema: { hide: true },
      handler: (req, reply) =>
        services[service].forward(req, reply, { path: req.url, headers: serviceHeaders(req, drop) })
    })
  }
  app.route<{ Params: { token: string } }>({
    method: ['GET', 'HEAD'],
    url: '/api/links/:token',
    config: { access: 'public' },
    schema: { hide: true },
    handler: (req, reply) => {
      const signer = LINK_SIGNERS[req.params.token.slice(0, 2)]
      if (!signer) throw fail('LINK_NOT_FOUND')
      const headers = serviceHeaders(req, ['cookie', 'authorization'])
      return services[signer].forward(req, reply, { path: req.url, headers })
    }
  })
}

/** Bodies stay in the request's stream, whatever their type. */
export function leaveBodies(app: App) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_req: unknown, _body: unknown, done: (err: null) => void) => done(null))
}
