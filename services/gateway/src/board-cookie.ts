import type { AccessClaims } from '@trainyard/contracts/auth'
import { fail } from '@trainyard/service-kit/errors'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

/** Whether a request's cookies hold a live administrator's board session. */
export type BoardCheck = (cookies: string | undefined) => Promise<boolean>

const Claims = Type.Object({
  sub: Type.String(),
  sid: Type.String(),
  ver: Type.Integer(),
  role: Type.Literal('admin')
})
type Options = {
  jwksUrl: string
  issuer: string
  isRevoked: (claims: Pick<AccessClaims, 'sub' | 'sid' | 'ver'>) => Promise<boolean>
}

/** The cookie `ty_board`: a JWT of auth's with a type and an audience of its own, so that no token stands in for another. */
export function boardCookie({ jwksUrl, issuer, isRevoked }: Options): BoardCheck {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 5_000, timeoutDuration: 3_000 })
  return async (cookies) => {
    const token = /(?:^|;\s*)ty_board=([\w.-]{1,2048})(?:;|$)/.exec(cookies ?? '')?.[1]
    if (!token) return false
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['EdDSA', 'Ed25519'],
        issuer,
        audience: 'board',
        typ: 'board+jwt',
        requiredClaims: ['exp', 'sub']
      })
      return Value.Check(Claims, payload) && !(await isRevoked(payload))
    } catch (cause) {
      if (
        cause instanceof Error &&
        'code' in cause &&
        /^ERR_(JWT|JWS|JWKS_NO|JWKS_MULTIPLE|JOSE_ALG|JOSE_NOT)/.test(String(cause.code))
      )
        return false
      throw fail('UNAVAILABLE', { cause })
    }
  }
}
