import { generateKeyPairSync } from 'node:crypto'
import { Writable } from 'node:stream'
import { createLog } from '@trainyard/service-kit/log'
import { createMetrics } from '@trainyard/service-kit/metrics'
import { createPool, database } from '@trainyard/service-kit/postgres'
import { serviceIdentity } from '@trainyard/service-kit/service-auth'
import { freshDatabase } from '@trainyard/testing/postgres'
import type { Test } from 'tap'
import { buildApp, buildInternalApp } from '../src/app.ts'
import { createDeps } from '../src/create-deps.ts'
import { migrateAuth } from '../src/migrate.ts'
import type { HashParameters } from '../src/passwords.ts'
import { signingKeys } from '../src/signing-keys.ts'

export const PUBLIC_URL = 'http://trainyard.test:3000'
export const HTTPS_URL = 'https://trainyard.test'
export const PASSWORD = 'correct pony staple'
/** Cheap, so that tests of other things are quick. */
export const CHEAP: HashParameters = { memoryCost: 1_024, timeCost: 1, parallelism: 1 }

export const newJwk = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })

export function serviceKey(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: name, alg: 'EdDSA' }
  return { pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), jwk }
}

type Options = {
  registration?: 'open' | 'invite' | 'closed'
  hashing?: HashParameters
  setupFile?: string
  jwks?: Record<string, unknown>[]
  /** Changes the address of the database, to put a proxy before it. */
  through?: (url: string) => Promise<string>
}
type Send = {
  body?: unknown
  token?: string
  ip?: string
  headers?: Record<string, string>
  raw?: string
}

export type Auth = Awaited<ReturnType<typeof startAuth>>

/** The service as production builds it, on a database of its own and as its own role; log lines are kept. */
export async function startAuth(t: Test, options: Options = {}) {
  const { registration = 'open', hashing = CHEAP, setupFile, jwks = [newJwk()], through } = options
  const fresh = await freshDatabase(t, migrate)
  const lines: string[] = []
  const log = createLogInto(lines)
  const url = fresh.urlAs('ty_auth')
  const pool = createPool(through ? await through(url) : url, { log })
  const keys = await signingKeys(JSON.stringify(jwks))
  const config = {
    signingKeys: keys,
    publicUrls: [PUBLIC_URL, HTTPS_URL],
    ISSUER: 'trainyard',
    PASSWORD_MIN_LENGTH: 8,
    REFRESH_KEY: 'a test key with more than 32 bytes in it',
    REGISTRATION: registration,
    SETUP_TOKEN_FILE_OUT: setupFile
  }
  const deps = await createDeps(config, database(pool), hashing)
  const gateway = serviceKey('gateway')
  const job = serviceKey('job')
  const app = await buildApp(deps, log)
  const internal = buildInternalApp(deps, {
    publicApp: app,
    jwks: JSON.stringify({ keys: [gateway.jwk, job.jwk] }),
    metrics: createMetrics('auth'),
    log
  })
  t.teardown(async () => {
    await app.close()
    await internal.close()
    await pool.end()
  })
  const send = (
    method: 'GET' | 'POST',
    url: string,
    { body, token, ip = '10.0.0.1', headers, raw }: Send = {}
  ) =>
    app.inject({
      method,
      url,
      headers: {
        host: 'trainyard.test:3000',
        'x-forwarded-for': ip,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      ...(raw === undefined ? {} : { payload: raw }),
      ...(body === undefined ? {} : { payload: body as object })
    })
  const callers = {
    gateway: serviceIdentity({ name: 'gateway', key: gateway.pem }),
    job: serviceIdentity({ name: 'job', key: job.pem })
  }
  const ask = async (
    method: 'GET' | 'POST',
    url: string,
    body?: object,
    caller: 'gateway' | 'job' = 'gateway'
  ) =>
    internal.inject({
      method,
      url,
      headers: { authorization: `Bearer ${await callers[caller].tokenFor('auth')}` },
      ...(body === undefined ? {} : { payload: body })
    })
  const register = async (email: string, more: Send = {}) => {
    const res = await send('POST', '/api/auth/register', { body: { email, password: PASSWORD }, ...more })
    return res.json()
  }
  const login = (email: string, password: string, more: Send = {}) =>
    send('POST', '/api/auth/login', { body: { email, password }, ...more })
  const refresh = (refresh_token: string, more: Send = {}) =>
    send('POST', '/api/auth/refresh', { body: { refresh_token }, ...more })
  return {
    app,
    internal,
    deps,
    log,
    lines,
    fresh,
    pool: fresh.pool,
    keys,
    send,
    ask,
    register,
    login,
    refresh
  }
}

/** One function for all tests, because it names the template that their databases are cloned from. */
export const migrate = async (url: string) => {
  await migrateAuth(url)
}

function createLogInto(lines: string[]) {
  const target = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    }
  })
  return createLog('auth', 'info', target)
}
