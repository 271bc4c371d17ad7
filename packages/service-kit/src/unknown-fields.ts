import { Closed } from '@trainyard/contracts/common'
import { Type } from 'typebox'
import type { App } from './server.ts'

const METHODS_WITH_BODY = ['POST', 'PUT', 'PATCH']

/**
 * A route of the public API that names no query parameters, or no body, takes none: a misspelt one is refused instead
 * of being ignored. Register before the routes.
 */
export function refuseUnknownFields(app: App) {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api/')) return
    const takesBody = [route.method].flat().some((method) => METHODS_WITH_BODY.includes(method))
    route.schema = {
      ...route.schema,
      querystring: route.schema?.querystring ?? Closed({}),
      ...(takesBody ? { body: route.schema?.body ?? Type.Optional(Closed({})) } : {})
    }
  })
}
