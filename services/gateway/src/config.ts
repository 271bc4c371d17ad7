import { LIMITS } from '@trainyard/contracts/platform'
import { CommonConfig, loadConfig, PeerUrl, PublicUrls, splitUrls } from '@trainyard/service-kit/config'
import { type Static, Type } from 'typebox'

const Environment = Type.Object({
  ...CommonConfig,
  /** HOST may be the whole world; metrics and health details stay here unless told otherwise. */
  INTERNAL_HOST: Type.String({ default: '127.0.0.1' }),
  REDIS_URL: Type.String({ pattern: '^rediss?://' }),
  PUBLIC_URLS: PublicUrls,
  AUTH_URL: PeerUrl,
  AUTH_INTERNAL_URL: PeerUrl,
  DATASET_URL: PeerUrl,
  DATASET_INTERNAL_URL: PeerUrl,
  JOB_URL: PeerUrl,
  JOB_INTERNAL_URL: PeerUrl,
  DATASET_STORE_URL: PeerUrl,
  ARTIFACT_STORE_URL: PeerUrl,
  /** The folder of the built pages: `index.html` and what it needs. */
  WEB_DIR: Type.String({ minLength: 1 }),
  /** Addresses of the proxies whose x-forwarded-for counts: what a client says by itself never does. */
  TRUST_PROXY: Type.Optional(
    Type.String({
      pattern:
        '^(loopback|linklocal|uniquelocal|[0-9a-fA-F.:/]+)(\\s*,\\s*(loopback|linklocal|uniquelocal|[0-9a-fA-F.:/]+))*$'
    })
  ),
  // What the other services hold to, told by /api/config.
  UPLOAD_LIMIT_BYTES: Type.Integer({ minimum: 1, default: LIMITS.uploadBytes }),
  INFLATED_LIMIT_BYTES: Type.Integer({ minimum: 1, default: LIMITS.inflatedBytes }),
  PASSWORD_MIN_LENGTH: Type.Integer({ minimum: 8, maximum: 64, default: 8 }),
  REGISTRATION: Type.Enum(['open', 'invite', 'closed'], { default: 'invite' })
})

export type Config = Readonly<Omit<Static<typeof Environment>, 'PUBLIC_URLS'> & { publicUrls: string[] }>

/** Throws with every fault named. */
export function gatewayConfig(env: Record<string, string | undefined>): Config {
  const { PUBLIC_URLS, ...rest } = loadConfig(Environment, env)
  const publicUrls = splitUrls(PUBLIC_URLS)
  for (const url of publicUrls) {
    if (!URL.canParse(url) || new URL(url).origin !== url)
      throw new Error(`PUBLIC_URLS: ${url} is not an address like https://trainyard.example.org`)
  }
  if (publicUrls.length === 0) throw new Error('PUBLIC_URLS is empty')
  return { ...rest, publicUrls }
}
