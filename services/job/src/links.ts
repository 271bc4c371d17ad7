import { createHmac, timingSafeEqual } from 'node:crypto'
import { fail } from '@trainyard/service-kit/errors'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

export const LINK_SECONDS = 300

const Payload = Type.Object({ j: Type.String(), a: Type.Integer(), n: Type.String(), e: Type.Integer() })
export type Linked = { jobId: string; attempt: number; name: string }

const signature = (secret: Uint8Array, text: string) =>
  createHmac('sha256', secret).update(`link ${text}`).digest('base64url')

/** `j_<payload>.<HMAC>`: names one file of one attempt until it expires. Nothing is stored. */
export function signLink(secret: Uint8Array, { jobId, attempt, name }: Linked, now = Date.now()) {
  const expires = Math.floor(now / 1_000) + LINK_SECONDS
  const text = Buffer.from(JSON.stringify({ j: jobId, a: attempt, n: name, e: expires })).toString(
    'base64url'
  )
  return { token: `j_${text}.${signature(secret, text)}`, expiresAt: new Date(expires * 1_000).toISOString() }
}

/** 404 for a token that is not ours, was changed, or has expired: they are told apart by nobody. */
export function readLink(secret: Uint8Array, token: string, now = Date.now()): Linked {
  const [, text = '', given = ''] = /^j_([\w-]{1,1000})\.([\w-]{43})$/.exec(token) ?? []
  const expected = signature(secret, text)
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
    throw fail('LINK_NOT_FOUND')
  const payload: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
  if (!Value.Check(Payload, payload) || payload.e * 1_000 <= now) throw fail('LINK_NOT_FOUND')
  return { jobId: payload.j, attempt: payload.a, name: payload.n }
}
