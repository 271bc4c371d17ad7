import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import type { ServiceIdentity } from '@trainyard/service-kit/service-auth'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BoardCheck } from './board-cookie.ts'
import { serviceHeaders } from './forward-headers.ts'
import type { Adapt, Answer, Upstream } from './upstream.ts'

type Options = { job: Upstream; identity: ServiceIdentity; isAdmin: BoardCheck }

/**
 * The queue dashboard, which lives in the job service, for whoever has the cookie that auth gives to
 * administrators. A page view without it goes to sign-in; for a member, and for everything else, there is
 * nothing here. Reading only, and the service is told who asks by our own token, never by the cookie.
 */
export function boardRoutes(app: App, { job, identity, isAdmin }: Options) {
  const handler = async (req: FastifyRequest, reply: FastifyReply) => {
    if (!(await isAdmin(req.headers.cookie))) return refuse(req, reply)
    const headers = {
      ...serviceHeaders(req, ['cookie', 'authorization', 'accept-encoding']),
      authorization: `Bearer ${await identity.tokenFor('job')}`
    }
    return job.forward(req, reply, { path: req.url, headers, adapt: withoutOutsideFonts })
  }

  async function refuse(req: FastifyRequest, reply: FastifyReply) {
    const isNavigation =
      req.headers['sec-fetch-mode'] === 'navigate' || /text\/html/.test(req.headers.accept ?? '')
    // Somebody signed in who has no cookie is no administrator, or has not asked for it; both learn nothing.
    if (!isNavigation || req.headers.authorization !== undefined) throw fail('NOT_FOUND')
    return reply.redirect('/sign-in?next=/admin/queues', 302)
  }

  for (const url of ['/admin/queues', '/admin/queues/*']) {
    app.route({ method: ['GET', 'HEAD'], url, config: { access: 'public' }, schema: { hide: true }, handler })
  }
}

/** The page asks another site for its fonts; our policy refuses that, and nobody else need know who looks. */
async function withoutOutsideFonts({ status, headers, body }: Parameters<Adapt>[0]): Promise<Answer> {
  if (!String(headers['content-type']).startsWith('text/html')) return { status, headers, body }
  const { 'content-length': _, etag: __, ...rest } = headers
  const page = (await body.text()).replace(/<link[^>]+href="https?:[^>]*>/g, '')
  return { status, headers: rest, body: page }
}
