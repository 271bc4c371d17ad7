import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { fail } from './errors.ts'

export const LINK_SECONDS = 300

type Signer = { secret: Uint8Array; prefix: 'd' | 'j' }

const signature = ({ secret, prefix }: Signer, text: string) =>
  createHmac('sha256', secret).update(`link ${prefix} ${text}`).digest('base64url')

/** `<prefix>_<target and end>.<HMAC-SHA-256>`: names one thing until it expires. Nothing is stored. */
export function signLink(signer: Signer, target: object, now = Date.now()) {
  const end = Math.floor(now / 1_000) + LINK_SECONDS
  const text = Buffer.from(JSON.stringify([target, end])).toString('base64url')
  return {
    token: `${signer.prefix}_${text}.${signature(signer, text)}`,
    expires_at: new Date(end * 1_000).toISOString()
  }
}

/** 404 for a token that is not ours, was changed, or has expired: they are told apart by nobody. */
export function readLink<T extends TSchema>(
  signer: Signer,
  schema: T,
  token: string,
  now = Date.now()
): Static<T> {
  const [, prefix, text = '', given = ''] = /^([a-z])_([\w-]{1,1000})\.([\w-]{43})$/.exec(token) ?? []
  const expected = signature(signer, text)
  const ours =
    prefix === signer.prefix && timingSafeEqual(Buffer.from(given.padEnd(43)), Buffer.from(expected))
  if (!ours) throw fail('LINK_NOT_FOUND')
  const [target, end] = JSON.parse(Buffer.from(text, 'base64url').toString())
  if (!Value.Check(schema, target) || !(end * 1_000 > now)) throw fail('LINK_NOT_FOUND')
  return target
}

/** The public address that a request came to, else the canonical one: never one that the caller made up. */
export const publicBase = (publicUrls: readonly string[], host: string | undefined) =>
  publicUrls.find((url) => new URL(url).host === host) ?? publicUrls[0] ?? ''
