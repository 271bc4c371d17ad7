import { type CryptoKey, calculateJwkThumbprint, importJWK } from 'jose'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

export type PublicJwk = { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; alg: 'EdDSA'; use: 'sig' }

/** `publicJwk` is what the world sees at /.well-known/jwks.json. */
export type SigningKey = { kid: string; privateKey: CryptoKey; publicJwk: PublicJwk }

const Ed25519Private = Type.Object({
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  d: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  kid: Type.Optional(Type.String({ minLength: 1, maxLength: 128 }))
})

/**
 * Parses SIGNING_KEYS. To replace a key, put the new one first and take the old one out when its last
 * token has ended. A key without `kid` gets its thumbprint (RFC 7638).
 */
export async function signingKeys(text: string): Promise<SigningKey[]> {
  const keys = await Promise.all(parse(text).map(importKey))
  if (new Set(keys.map((key) => key.kid)).size !== keys.length)
    throw new Error('SIGNING_KEYS: two keys have the same kid')
  return keys
}

function parse(text: string): Static<typeof Ed25519Private>[] {
  const refused = new Error('SIGNING_KEYS must be a JSON array of one to ten private Ed25519 JWKs')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refused
  }
  if (!Value.Check(Type.Array(Ed25519Private, { minItems: 1, maxItems: 10 }), value)) throw refused
  return value
}

async function importKey(jwk: Static<typeof Ed25519Private>): Promise<SigningKey> {
  const { kty, crv, x } = jwk
  const kid = jwk.kid ?? (await calculateJwkThumbprint({ kty, crv, x }))
  const privateKey = await importJWK({ ...jwk, alg: 'EdDSA' }, 'EdDSA')
  if (privateKey instanceof Uint8Array) throw new Error('SIGNING_KEYS: a key is symmetric')
  return { kid, privateKey, publicJwk: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } }
}
