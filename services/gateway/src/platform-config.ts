import { PlatformConfig } from '@trainyard/contracts/platform'
import type { App } from '@trainyard/service-kit/server'

/** `GET /api/config`: what a client needs to know before anybody signs in. */
export function platformConfig(app: App, config: PlatformConfig) {
  app.get(
    '/api/config',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'config',
        tags: ['Platform'],
        summary: 'Limits, registration mode and features of this installation',
        response: { 200: PlatformConfig }
      }
    },
    async () => config
  )
}
