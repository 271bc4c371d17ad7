import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
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
        const headers = clientHeaders(req, ['authorization', 'cookie'])
        return store.forward(req, reply, { path: req.url, headers, adapt: asDownload })
      }
    })
  }
}

const isSigned = (url: string) => /[?&]X-Amz-Signature=[0-9a-f]{64}(&|$)/.test(url)

/** A stored file is somebody's bytes: it is saved, never shown as a page of ours, and no cache keeps it. */
function asDownload({ headers, body }: Answer): Answer {
  const disposition = String(headers['content-disposition'] ?? 'attachment')
  const attached = disposition.startsWith('attachment') ? disposition : 'attachment'
  return { headers: { ...headers, 'content-disposition': attached, 'cache-control': 'no-store' }, body }
}
