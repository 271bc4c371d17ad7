import { CommonConfig, loadConfig, PublicUrls, splitUrls } from '@trainyard/service-kit/config'
import { type Static, Type } from 'typebox'
import { type SigningKey, signingKeys } from './signing-keys.ts'

const Environment = Type.Object({
  ...CommonConfig,
  DATABASE_URL: Type.String({ pattern: '^postgres' }),
  SIGNING_KEYS: Type.String({ description: 'JSON array of private Ed25519 JWKs; the first one signs' }),
  REFRESH_KEY: Type.String({ minLength: 32, description: 'secret from which refresh tokens are derived' }),
  PASSWORD_MIN_LENGTH: Type.Integer({ minimum: 8, maximum: 64, default: 8 }),
  REGISTRATION: Type.Enum(['open', 'invite', 'closed'], { default: 'invite' }),
  PUBLIC_URLS: PublicUrls,
  SETUP_TOKEN_FILE_OUT: Type.Optional(
    Type.String({ minLength: 1, description: 'where the set-up token is left' })
  )
})

export type Config = Readonly<
  Omit<Static<typeof Environment>, 'SIGNING_KEYS' | 'PUBLIC_URLS'> & {
    signingKeys: SigningKey[]
    publicUrls: string[]
  }
>

/** Throws with every fault named; a secret that looks like an example is one. */
export async function authConfig(env: Record<string, string | undefined>): Promise<Config> {
  const { SIGNING_KEYS, PUBLIC_URLS, ...rest } = loadConfig(Environment, env)
  refuseWeak('REFRESH_KEY', rest.REFRESH_KEY)
  return { ...rest, signingKeys: await signingKeys(SIGNING_KEYS), publicUrls: publicUrls(PUBLIC_URLS) }
}

/** 32 random bytes in any usual spelling have far more than 8 different characters. */
function refuseWeak(name: string, secret: string) {
  if (new Set(secret).size < 8 || /change.?me|example|secret.?key/i.test(secret))
    throw new Error(`${name} looks like an example: set it to 32 or more random bytes`)
}

function publicUrls(text: string): string[] {
  const urls = splitUrls(text)
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).origin !== url)
      throw new Error(`PUBLIC_URLS: ${url} is not an address like https://trainyard.example.org`)
  }
  if (urls.length === 0) throw new Error('PUBLIC_URLS is empty')
  return urls
}
