import swagger from '@fastify/swagger'
import type { App } from './server.ts'

/** Collects the app's routes into an OpenAPI 3.1 document; register it before the routes. */
export async function openapi(
  app: App,
  { title, description = '' }: { title: string; description?: string }
) {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description, version: '1' },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
      }
    },
    hideUntagged: true
  })
}

/** The internal app hands the public app's document to the gateway, which merges all of them. */
export function openapiRoute(internal: App, publicApp: App) {
  internal.get(
    '/openapi.json',
    { config: { callers: ['gateway'] }, schema: { hide: true, operationId: 'openapi' } },
    async () => publicApp.swagger()
  )
}
