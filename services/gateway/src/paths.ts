import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { isPlainPath, namesInternal } from './safe-path.ts'

/** Before anything else looks at a request: a path with a trick in it, or one for services alone, is nothing. */
export function refuseOddPaths(app: App) {
  app.addHook('onRequest', async (req) => {
    if (!isPlainPath(req.url) || namesInternal(req.url)) throw fail('NOT_FOUND')
  })
}
