import { createHash } from 'node:crypto'
import type { AccessClaims } from '@trainyard/contracts/auth'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { bearer } from './bearer.ts'
import { fail } from './errors.ts'
import type { App } from './server.ts'
import { refuseUnstorable } from './storable.ts'

export type VerifyAccess = (token: string) => Promise<AccessClaims>

export const ACCESS_AUDIENCE = 'trainyard-api'

const Claims = Type.Object({
  sub: Type.String({ minLength: 1 }),
  sid: Type.String({ minLength: 1 }),
  ver: Type.Integer(),
  role: Type.Enum(['member', 'admin']),
  workspace_id: Type.String({ minLength: 1 }),
  exp: Type.Integer()
})

/**
 * Verifies access tokens against auth's published keys (RFC 9068, RFC 8725: one algorithm, issuer, audience
 * and type). Claims are kept by the token's hash until it expires, at most `cacheSize` of them, because
 * one token makes many requests.
 */
export function accessVerifier(options: {
  jwksUrl: string
  issuer: string
  cacheSize?: number
}): VerifyAccess {
  const { jwksUrl, issuer, cacheSize = 10_000 } = options
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 5_000, timeoutDuration: 3_000 })
  const known = new Map<string, AccessClaims>()
  return async (token) => {
    if (token.length > 8_192) throw fail('UNAUTHENTICATED')
    const hash = createHash('sha256').update(token).digest('base64url')
    const cached = known.get(hash)
    if (cached && cached.exp * 1_000 > Date.now()) return cached
    const claims = await verify(token, keys, issuer)
    if (known.size >= cacheSize) known.delete(known.keys().next().value ?? '')
    known.set(hash, claims)
    return claims
  }
}

async function verify(token: string, keys: ReturnType<typeof createRemoteJWKSet>, issuer: string) {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['EdDSA', 'Ed25519'],
    issuer,
    audience: ACCESS_AUDIENCE,
    typ: 'at+jwt',
    requiredClaims: ['exp', 'iat', 'sub', 'jti']
  }).catch((cause: unknown) => {
    // Keys that cannot be fetched are our fault, not the caller's.
    if (isKeyFetchFailure(cause)) throw fail('UNAVAILABLE', { cause })
    throw fail('UNAUTHENTICATED', { cause })
  })
  if (!Value.Check(Claims, payload)) throw fail('UNAUTHENTICATED')
  const { sub, sid, ver, role, workspace_id, exp } = payload
  return { sub, sid, ver, role, workspace_id, exp }
}

function isKeyFetchFailure(cause: unknown) {
  if (!(cause instanceof Error)) return false
  const code = 'code' in cause ? cause.code : undefined
  return code === 'ERR_JWKS_TIMEOUT' || code === 'ERR_JOSE_GENERIC' || cause instanceof TypeError
}

export type Access = 'public' | 'user' | 'admin'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on public routes and on internal ones. */
    user: AccessClaims | null
  }
  interface FastifyContextConfig {
    /** Who may call a public route; every one must say it. */
    access?: Access
  }
}

/**
 * Attaches the guard that each route's `config.access` names; a route without one stops the boot. What these routes are
 * sent is also checked for text that cannot be stored.
 * Register before any route.
 */
export function userAuth(app: App, { verify }: { verify: VerifyAccess }) {
  app.decorateRequest('user', null)
  refuseUnstorable(app)
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (!access) throw new Error(`route ${route.method} ${route.url} does not say config.access`)
    if (access === 'public') return
    route.onRequest = [
      async (req) => {
        req.user = await verify(bearer(req))
        if (access === 'admin' && req.user.role !== 'admin') throw fail('FORBIDDEN')
      },
      ...[route.onRequest ?? []].flat()
    ]
  })
}

/** The signed-in user of a route whose access is not public. */
export function userOf(req: { user: AccessClaims | null }): AccessClaims {
  if (!req.user) throw fail('UNAUTHENTICATED')
  return req.user
}
