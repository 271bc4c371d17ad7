import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { App } from '@trainyard/service-kit/server'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png'
}

/**
 * Serves exactly the files named, each under the path it is given: no folder is walked and no part of a
 * request reaches the file system. Small ones are read once; the browser asks each time whether they changed.
 */
export async function staticFiles(app: App, files: Record<string, URL>) {
  for (const [path, file] of Object.entries(files)) {
    const content = await readFile(file)
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    app.route({
      method: ['GET', 'HEAD'],
      url: path,
      config: { access: 'public' },
      schema: { hide: true },
      handler: async (req, reply) => {
        reply.headers({ etag, 'cache-control': 'no-cache' })
        if (req.headers['if-none-match'] === etag) return reply.code(304).send()
        return reply.type(TYPES[extname(file.pathname)] ?? 'application/octet-stream').send(content)
      }
    })
  }
}
