import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readOrMake, writePrivate } from './data-folder.ts'
import { databaseOwner, type RolePasswords, schemaRole, schemas } from './servers/database.ts'

export const serviceNames = ['auth', 'dataset', 'job', 'gateway'] as const
export type ServiceName = (typeof serviceNames)[number]
export const redisUsers = ['dataset', 'job', 'gateway', 'worker'] as const
export type RedisUser = (typeof redisUsers)[number]

/** Everything here is made once, in DATA/secrets, and handed to a process as the path of a file. */
export type Secrets = {
  postgresAdmin: string
  roles: RolePasswords
  redisAdmin: string
  redis: Record<RedisUser, string>
  stores: Record<'datasets' | 'artifacts', { accessKey: string; secretKey: string }>
  workerTokenSha256: string
  /** The file that holds `name`. */
  file: (name: string) => string
  /** Writes a value that follows from the others and from today's ports, and returns its file. */
  derive: (name: string, value: string) => string
}

/** Letters and digits only: they stand in URLs, in an ACL file and in a comma-separated list. */
const word = (bytes = 24) => randomBytes(bytes).toString('hex')

/** PKCS8 PEM of a new Ed25519 key. */
const serviceKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** JSON array of private JWKs, the first one signs; `kid` is the thumbprint of RFC 7638. */
function signingKeys(): string {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x })
  const kid = createHash('sha256').update(canonical).digest('base64url')
  return JSON.stringify([{ ...jwk, kid, alg: 'EdDSA', use: 'sig' }])
}

/** Public half of each service's key; `kid` is the service's name. */
function serviceJwks(keys: Record<string, string>): string {
  const list = Object.entries(keys).map(([kid, pem]) => ({
    ...createPublicKey(pem).export({ format: 'jwk' }),
    kid,
    alg: 'EdDSA',
    use: 'sig'
  }))
  return JSON.stringify({ keys: list })
}

const named = <K extends string, V>(names: readonly K[], make: (name: K) => V) =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>

/** Reads the secrets of a data folder, making those that are missing. Mode 0600, in a folder of mode 0700. */
export function loadSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = (name: string) => join(folder, name)
  const secret = (name: string, make: () => string = word) => readOrMake(file(name), make)
  const derive = (name: string, value: string) => {
    writePrivate(file(name), value)
    return file(name)
  }
  secret('signing-keys', signingKeys)
  secret('refresh-key', () => randomBytes(48).toString('base64url'))
  derive(
    'service-jwks',
    serviceJwks(named(serviceNames, (name) => secret(`service-key-${name}`, serviceKey)))
  )
  return {
    postgresAdmin: secret('postgres-admin'),
    roles: named([databaseOwner, ...schemas.map(schemaRole)], (role) => secret(`postgres-${role}`)),
    redisAdmin: secret('redis-admin'),
    redis: named(redisUsers, (name) => secret(`redis-${name}`)),
    stores: named(['datasets', 'artifacts'] as const, (name) => ({
      accessKey: secret(`s3-${name}-access-key`, () => word(10)),
      secretKey: secret(`s3-${name}-secret-key`)
    })),
    workerTokenSha256: createHash('sha256').update(secret('worker-token')).digest('hex'),
    file,
    derive
  }
}
