import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { AccessClaims, User } from '@trainyard/contracts/auth'
import { fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import { ACCESS_AUDIENCE } from '@trainyard/service-kit/user-auth'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { PublicJwk, SigningKey } from './signing-keys.ts'

export const ACCESS_SECONDS = 900
const BOARD_SECONDS = 900

/** Whose token it is, and within which session. `expiresAt` is the session's end, which no token outlives. */
export type Bearer = {
  user: Pick<User, 'id' | 'role' | 'workspace_id'>
  ver: number
  sid: string
  expiresAt: Date
}

export type Tokens = {
  jwks: { keys: PublicJwk[] }
  access: (bearer: Bearer) => Promise<{ token: string; expiresIn: number }>
  board: (claims: AccessClaims) => Promise<{ token: string; expiresIn: number }>
  /** The claims of an access token of ours; 401 for everything else. Whether its session lives is not asked. */
  verifyAccess: (token: string) => Promise<AccessClaims>
}

const Claims = Type.Object({
  sub: Type.String({ format: 'uuid' }),
  sid: Type.String({ format: 'uuid' }),
  ver: Type.Integer(),
  role: Type.Enum(['member', 'admin']),
  workspace_id: Type.String({ format: 'uuid' }),
  exp: Type.Integer()
})

/** Access tokens as RFC 9068 has them, EdDSA; the first key signs, all of them verify. */
export function createTokens({ keys, issuer }: { keys: SigningKey[]; issuer: string }): Tokens {
  const [signer] = keys
  if (!signer) throw new Error('there is no signing key')
  const jwks = { keys: keys.map((key) => key.publicJwk) }
  const known = createLocalJWKSet(jwks)
  const sign = (typ: string, audience: string, sub: string, seconds: number, claims: object) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: signer.kid, typ })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(sub)
      .setJti(newId())
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
      .sign(signer.privateKey)
  return {
    jwks,
    access: async ({ user: { id, role, workspace_id }, ver, sid, expiresAt }) => {
      const left = Math.floor((expiresAt.getTime() - Date.now()) / 1_000)
      const expiresIn = Math.max(1, Math.min(ACCESS_SECONDS, left))
      const token = await sign('at+jwt', ACCESS_AUDIENCE, id, expiresIn, { sid, ver, role, workspace_id })
      return { token, expiresIn }
    },
    board: async ({ sub, sid, ver, role }) => {
      const token = await sign('board+jwt', 'board', sub, BOARD_SECONDS, { sid, ver, role })
      return { token, expiresIn: BOARD_SECONDS }
    },
    verifyAccess: async (token) => {
      if (token.length > 8_192) throw fail('UNAUTHENTICATED')
      const { payload } = await jwtVerify(token, known, {
        algorithms: ['EdDSA', 'Ed25519'],
        issuer,
        audience: ACCESS_AUDIENCE,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'sub', 'jti']
      }).catch((cause: unknown) => {
        throw fail('UNAUTHENTICATED', { cause })
      })
      if (!Value.Check(Claims, payload)) throw fail('UNAUTHENTICATED')
      const { sub, sid, ver, role, workspace_id, exp } = payload
      return { sub, sid, ver, role, workspace_id, exp }
    }
  }
}

/** 256 random bits, as text that fits a header, a cookie and a URL. */
export const newSecret = () => randomBytes(32).toString('base64url')

/** What is stored of a secret: it has 256 bits of its own, so a plain hash is enough. */
export const sha256 = (secret: string) => createHash('sha256').update(secret).digest()

/**
 * The refresh token after this one. It follows from the one presented, so a lost reply and a second tab get
 * the same successor without anybody having stored it.
 */
export const successorOf = (refreshKey: string, presented: string) =>
  createHmac('sha256', refreshKey).update(presented).digest('base64url')
