import { fail } from '@trainyard/service-kit/errors'
import type { VerifyAccess } from '@trainyard/service-kit/user-auth'
import { isActive } from './db/sessions.ts'
import type { Deps } from './deps.ts'

/**
 * This service has the sessions at hand, so here a token ends with its session at once, while other services
 * learn of it from the gateway.
 */
export function accessWithSession({ db, tokens }: Pick<Deps, 'db' | 'tokens'>): VerifyAccess {
  return async (token) => {
    const claims = await tokens.verifyAccess(token)
    const { sid, sub: user_id, ver } = claims
    if (!(await isActive(db, { sid, user_id, ver }))) throw fail('UNAUTHENTICATED')
    return claims
  }
}
