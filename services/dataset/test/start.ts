import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AccessClaims } from '@trainyard/contracts/auth'
import type { ProfileClaim } from '@trainyard/contracts/internal'
import { createStore, type StoreOptions } from '@trainyard/object-store/store'
import { fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import { createLog } from '@trainyard/service-kit/log'
import { createMetrics } from '@trainyard/service-kit/metrics'
import { createPool, database } from '@trainyard/service-kit/postgres'
import { connectRedis } from '@trainyard/service-kit/redis'
import { listen } from '@trainyard/service-kit/server'
import { serviceIdentity } from '@trainyard/service-kit/service-auth'
import { freshDatabase } from '@trainyard/testing/postgres'
import { freshRedis } from '@trainyard/testing/redis'
import { freshBucket } from '@trainyard/testing/s3'
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import type { Test } from 'tap'
import { buildApp, buildInternalApp } from '../src/app.ts'
import { startBells } from '../src/background.ts'
import type { Deps, Limits } from '../src/deps.ts'
import { migrateDataset } from '../src/migrate.ts'
import { createTell } from '../src/tell.ts'

export const log = createLog('dataset', process.env.TEST_LOG || 'silent')
export const workerToken = randomBytes(32).toString('base64url')
export const workerTokenSha256 = createHash('sha256').update(workerToken).digest('hex')

const pair = await generateKeyPair('EdDSA', { extractable: true })
export const serviceKey = await exportPKCS8(pair.privateKey)
const publicKey = await exportJWK(pair.publicKey)
/** One key for every name: what matters here is who says he is who. */
export const serviceJwks = JSON.stringify({
  keys: ['auth', 'dataset', 'job', 'gateway'].map((kid) => ({ ...publicKey, kid, alg: 'EdDSA' }))
})

/** One function, so that all tests of a file clone one template. */
export const migrated = async (url: string) => {
  await migrateDataset(url)
}

export type Person = { token: string; claims: AccessClaims }
export function person(): Person {
  const claims: AccessClaims = {
    ...{ sub: newId(), sid: newId(), ver: 1, role: 'member', workspace_id: newId() },
    exp: Math.floor(Date.now() / 1_000) + 900
  }
  return { token: randomUUID(), claims }
}

type Changes = {
  limits?: Partial<Limits>
  store?: Partial<StoreOptions>
  bells?: boolean
  redisUrl?: string
  /** Where the service reaches Postgres instead, by the port it really has. */
  databasePort?: (port: number) => Promise<number>
}

/** The service in this process, on real ports, with servers of its own. */
export async function startDatasets(t: Test, changes: Changes = {}) {
  const database_ = await freshDatabase(t, migrated)
  const redis = await freshRedis(t)
  const bucket = await freshBucket(t)
  const direct = new URL(database_.urlAs('ty_dataset'))
  if (changes.databasePort) direct.port = String(await changes.databasePort(Number(direct.port)))
  const databaseUrl = direct.href
  const pool = createPool(databaseUrl, { log })
  const db = database(pool)
  const storeOptions = { ...bucket, timeoutMs: 3_000, ...changes.store }
  const store = createStore(storeOptions)
  const connection = connectRedis('request', changes.redisUrl ?? redis.url, log)
  const bells = changes.bells ? startBells({ db, log, redis: connection, databaseUrl }) : undefined
  const ada = person()
  const bob = person()
  const people = new Map([ada, bob].map(({ token, claims }) => [token, claims]))
  const deps: Deps = {
    ...{ db, store, log, tell: createTell(connection, log), wake: () => bells?.wake() },
    verify: async (token) => people.get(token) ?? Promise.reject(fail('UNAUTHENTICATED')),
    secret: randomBytes(32),
    publicUrls: ['http://first.test', 'https://second.test:8443'],
    limits: {
      ...{
        uploadBytes: 1_000_000,
        inflatedBytes: 10_000_000,
        leaseSeconds: 30,
        uploads: { total: 32, perUser: 8 },
        stallMs: 20_000
      },
      ...changes.limits
    }
  }
  const app = await buildApp(deps)
  const metrics = createMetrics('dataset')
  const internal = buildInternalApp(deps, { publicApp: app, jwks: serviceJwks, workerTokenSha256, metrics })
  const port = await listen(app, { host: '127.0.0.1', port: 0 })
  const internalPort = await listen(internal, { host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    await app.close()
    await internal.close()
    await bells?.stop()
    await store.close()
    await pool.end()
    connection.disconnect()
  })
  const url = `http://127.0.0.1:${port}`
  const internalUrl = `http://127.0.0.1:${internalPort}`
  const identity = serviceIdentity({ name: 'job', key: serviceKey })
  const gateway = serviceIdentity({ name: 'gateway', key: serviceKey })
  const gatewayToken = () => gateway.tokenFor('dataset')

  const as =
    ({ token }: Person) =>
    (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers
        },
        body: body === undefined ? undefined : JSON.stringify(body)
      })
  const post = (path: string, token: string, body: unknown) =>
    fetch(internalUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body)
    })
  const asJob = async (method: string, path: string, body?: unknown) =>
    fetch(internalUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${await identity.tokenFor('dataset')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      body: body === undefined ? undefined : JSON.stringify(body)
    })
  const upload = (who: Person, content: string | Uint8Array, name = 'a.csv', field?: string) => {
    const form = new FormData()
    form.set('file', new File([content], name))
    if (field !== undefined) form.set('name', field)
    return fetch(`${url}/api/datasets/upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${who.token}` },
      body: form
    })
  }
  const claim = (claim_id: string = newId()) =>
    post('/api/datasets/internal/claim', workerToken, { claim_id, worker_id: 'w1' })
  const finish = (claimed: ProfileClaim, result: object = { profile, preview, error: null }) =>
    post('/api/datasets/internal/finish', claimed.attempt_token, {
      ...{ dataset_id: claimed.dataset_id, attempt: claimed.attempt },
      ...result
    })
  const keys = async () => {
    const found: string[] = []
    for await (const { key } of store.list('')) found.push(key)
    return found
  }
  /** An upload whose profile is there. */
  const ready = async (who: Person, content = 'a,b\n1,2\n', name = 'a.csv'): Promise<string> => {
    const { id } = await json<{ id: string }>(await upload(who, content, name))
    const claimed = await json<ProfileClaim>(await claim())
    if (claimed.dataset_id !== id) throw new Error('another dataset was claimed')
    await finish(claimed)
    return id
  }
  return {
    ...{ ada, bob, as, asJob, gatewayToken, post, upload, claim, finish, ready, keys },
    ...{ port, url, internalUrl, deps, db, store, bucket, redis, databaseUrl, pool: database_.pool, bells }
  }
}
export type Started = Awaited<ReturnType<typeof startDatasets>>

export async function json<T>(reply: Response): Promise<T> {
  return (await reply.json()) as T
}
export const codeOf = async (reply: Response) =>
  (await json<{ error?: { code: string } }>(reply)).error?.code ?? `none, ${reply.status}`

export const profile = {
  rows: 1,
  columns: [{ name: 'a', type: 'integer', missing: 0, distinct: 1, top: [{ value: 1, count: 1 }] }],
  associations: [{ a: 'a', b: 'b', kind: 'pearson', value: 1 }],
  findings: [{ code: 'na_words', severity: 'info', message: 'x', column: 'a' }],
  target_suggestion: 'a'
}
export const preview = {
  columns: ['a', 'b'],
  rows: [
    [1, null],
    ['x', true]
  ]
}
