import type { App } from '@trainyard/service-kit/server'
import { Type } from 'typebox'
import type { Deps } from '../deps.ts'

const Jwks = Type.Object({
  keys: Type.Array(
    Type.Object({
      kty: Type.String(),
      crv: Type.String(),
      x: Type.String(),
      kid: Type.String(),
      alg: Type.String(),
      use: Type.String()
    })
  )
})

/** The public halves of the signing keys (RFC 7517), with which anybody verifies our tokens. */
export function keyRoutes(app: App, { tokens }: Pick<Deps, 'tokens'>) {
  app.get(
    '/.well-known/jwks.json',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'jwks',
        tags: ['Accounts'],
        summary: 'Public keys of the access tokens',
        response: { 200: Jwks }
      }
    },
    async (_req, reply) => {
      reply.header('cache-control', 'public, max-age=60')
      return tokens.jwks
    }
  )
}
