import { fail } from './errors.ts'

/** The token of `Authorization: Bearer …` (RFC 6750); 401 without one. */
export function bearer(req: { headers: { authorization?: string | undefined } }): string {
  const [scheme, token, ...rest] = (req.headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) throw fail('UNAUTHENTICATED')
  return token
}
