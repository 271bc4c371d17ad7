import { readFileSync } from 'node:fs'
import { type Static, type TObject, Type } from 'typebox'
import { Value } from 'typebox/value'
import { faultsToDetails } from './schema-faults.ts'

type Env = Record<string, string | undefined>

const Url = Type.String({ pattern: '^https?://' })

/** What every HTTP service reads; spread it into the service's own schema. */
export const CommonConfig = {
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535 }),
  INTERNAL_PORT: Type.Integer({ minimum: 0, maximum: 65_535 }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], { default: 'info' }),
  ISSUER: Type.String({ minLength: 1, default: 'trainyard' }),
  SERVICE_KEY: Type.String({
    minLength: 32,
    description: 'Ed25519 private key of this service, PKCS #8 PEM'
  }),
  SERVICE_JWKS: Type.String({ minLength: 32, description: 'JSON Web Key Set of all services, kid = name' })
}
export const PublicUrls = Type.String({ minLength: 8, description: 'Addresses people use, comma separated' })
export const PeerUrl = Url

/** The first of these is the canonical one. Trailing slashes are dropped. */
export const splitUrls = (text: string) =>
  text
    .split(',')
    .map((url) => url.trim().replace(/\/+$/, ''))
    .filter((url) => url !== '')

/**
 * Reads the environment once, into a frozen object. `NAME_FILE` names a file that holds the value, so that
 * a secret stays out of the process list; blank is unset; every fault is listed at once.
 */
export function loadConfig<T extends TObject>(schema: T, env: Env): Readonly<Static<T>> {
  const names = Object.keys(schema.properties)
  const problems: string[] = []
  const given: Record<string, string> = {}
  for (const name of names) {
    const text = readValue(name, env, problems)
    if (text !== undefined) given[name] = text
  }
  const candidate = Value.Convert(schema, Value.Default(schema, given))
  for (const { pointer, message } of faultsToDetails(schema, candidate, [
    ...Value.Errors(schema, candidate)
  ])) {
    problems.push(`${pointer.slice(1) || 'environment'} ${message}`)
  }
  if (problems.length > 0) throw new Error(`Bad configuration:\n${problems.map((p) => `  ${p}`).join('\n')}`)
  return Object.freeze(candidate as Static<T>)
}

function readValue(name: string, env: Env, problems: string[]) {
  const direct = env[name]?.trim()
  if (direct) return direct
  const file = env[`${name}_FILE`]?.trim()
  if (!file) return undefined
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (cause) {
    problems.push(`${name}_FILE cannot be read: ${cause instanceof Error ? cause.message : cause}`)
    return undefined
  }
}
