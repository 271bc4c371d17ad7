import { createHash, timingSafeEqual } from 'node:crypto'
import { createLocalJWKSet, importPKCS8, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { bearer } from './bearer.ts'
import { fail } from './errors.ts'
import type { App } from './server.ts'

export type ServiceName = 'auth' | 'dataset' | 'job' | 'gateway'
/** `attempt`: the route itself checks the attempt's token. */
export type Callers = ServiceName[] | 'worker' | 'attempt' | 'anyone'

export type ServiceIdentity = { name: ServiceName; tokenFor: (audience: ServiceName) => Promise<string> }

const LIFE_SECONDS = 60

/** Signs calls to other services: a JWT with `iss` caller and `aud` callee that lives 60 s; reused for its first half. */
export function serviceIdentity({ name, key }: { name: ServiceName; key: string }): ServiceIdentity {
  const imported = importPKCS8(key, 'EdDSA')
  const fresh = new Map<ServiceName, { token: Promise<string>; until: number }>()
  const sign = async (audience: ServiceName) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', kid: name, typ: 'service+jwt' })
      .setIssuer(name)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${LIFE_SECONDS} seconds`)
      .sign(await imported)
  return {
    name,
    tokenFor: (audience) => {
      const kept = fresh.get(audience)
      if (kept && performance.now() < kept.until) return kept.token
      const token = sign(audience)
      fresh.set(audience, { token, until: performance.now() + (LIFE_SECONDS / 2) * 1_000 })
      return token
    }
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call an internal route; every one must say it. */
    callers?: Callers
  }
}

type Options = {
  audience: ServiceName
  /** JSON of the key set of all services. */
  jwks: string
  /** Hexadecimal SHA-256 of the worker token; needed where a route's callers are workers. */
  workerTokenSha256?: string
}

/** Attaches the guard that each internal route's `config.callers` names; a route without one stops the boot. */
export function serviceAuth(app: App, { audience, jwks, workerTokenSha256 }: Options) {
  const keys = createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet)
  const workerHash = Buffer.from(workerTokenSha256 ?? '', 'hex')
  app.decorateRequest('user', null)
  app.addHook('onRoute', (route) => {
    const callers = route.config?.callers
    if (!callers) throw new Error(`internal route ${route.method} ${route.url} does not say config.callers`)
    if (callers === 'anyone' || callers === 'attempt') return
    if (callers === 'worker' && workerHash.length !== 32) throw new Error('WORKER_TOKEN_SHA256 is missing')
    route.onRequest = [
      async (req) => {
        const token = bearer(req)
        if (callers === 'worker') return checkWorker(token, workerHash)
        const caller = await callerOf(token, keys, audience)
        if (!callers.includes(caller as ServiceName)) throw fail('UNAUTHENTICATED')
      },
      ...[route.onRequest ?? []].flat()
    ]
  })
}

function checkWorker(token: string, expected: Buffer) {
  const given = createHash('sha256').update(token).digest()
  if (!timingSafeEqual(given, expected)) throw fail('UNAUTHENTICATED')
}

/** A key is trusted for the service it is named after, not for the others. */
async function callerOf(token: string, keys: ReturnType<typeof createLocalJWKSet>, audience: string) {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms: ['EdDSA', 'Ed25519'],
    audience,
    typ: 'service+jwt',
    requiredClaims: ['exp', 'iss'],
    clockTolerance: 5
  }).catch((cause: unknown) => {
    throw fail('UNAUTHENTICATED', { cause })
  })
  if (payload.iss !== protectedHeader.kid) throw fail('UNAUTHENTICATED')
  return payload.iss
}
