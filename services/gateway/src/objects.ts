import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import type { FastifyRequest } from 'fastify'
import { clientHeaders } from './forward-headers.ts'
import type { Answer, Upstream } from './upstream.ts'

/**
 * Signed addresses of the object stores, on our own name. Path, query and Host are part of what was signed
 * and go through untouched; tokens and cookies have no business there. Without a signature there is nothing.
 */
export function objectRoutes(app: App, stores: { datasets: Upstream; artifacts: Upstream }) {
  for (const [bucket, store] of [
    ['ty-datasets', stores.datasets],
    ['ty-artifacts', stores.artifacts]
  ] as const) {
    app.route({
      method: ['GET', 'HEAD', 'PUT'],
      url: `/${bucket}/*`,
      config: { access: 'public' },
      schema: { hide: true },
      handler: (req, reply) => {
        if (!isSigned(req.url)) throw fail('NOT_FOUND')
        const headers = clientHeaders(req, ['authorization', 'cookie', ...unanswerable(req)])
        return store.forward(req, reply, { path: req.url, headers, adapt: asDownload })
      }
    })
  }
}

const isSigned = (url: string) => /[?&]X-Amz-Signature=[0-9a-f]{64}(&|$)/.test(url)

/**
 * A range is for reading, and one at a time. A store answers several, and other units, with an error; a server may
 * ignore them and send the whole (RFC 9110 §14.2). `If-Range` needs no answer: what lies under a key never changes.
 */
const unanswerable = ({ method, headers }: FastifyRequest) =>
  method === 'GET' && /^bytes=(\d+-\d*|-\d+)$/.test(headers.range ?? '') ? [] : ['range', 'if-range']

/**
 * A stored file is somebody's bytes: it is saved, never shown as a page of ours, and no cache keeps it. rclone sends a
 * range with status 200, which a client that resumes would take for the whole.
 */
function asDownload({ status, headers, body }: Answer): Answer {
  const disposition = String(headers['content-disposition'] ?? 'attachment')
  const attached = disposition.startsWith('attachment') ? disposition : 'attachment'
  const isPart = status === 200 && headers['content-range'] !== undefined
  return {
    status: isPart ? 206 : status,
    headers: { ...headers, 'content-disposition': attached, 'cache-control': 'no-store' },
    body
  }
}
