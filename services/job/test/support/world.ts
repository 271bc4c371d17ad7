import { createHash, randomBytes } from 'node:crypto'
import { createStore } from '@trainyard/object-store/store'
import { loadConfig } from '@trainyard/service-kit/config'
import { stopInOrder } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { type ServiceName, serviceIdentity } from '@trainyard/service-kit/service-auth'
import { freshDatabase } from '@trainyard/testing/postgres'
import { freshRedis } from '@trainyard/testing/redis'
import { freshBucket } from '@trainyard/testing/s3'
import { JobConfig } from '../../src/config.ts'
import { migrateJobs } from '../../src/migrate.ts'
import type { Pace } from '../../src/reconcile.ts'
import { startJobService } from '../../src/start.ts'
import { datasetService } from './dataset-service.ts'
import { authority, type Person, serviceKeys } from './identities.ts'

export type Test = { teardown: (work: () => unknown) => unknown }
export type Reply<T = Record<string, unknown>> = {
  status: number
  body: T
  headers: Headers
}

const migrate = async (url: string) => void (await migrateJobs(url))
export const log = createLog('job-test', process.env.TEST_LOG ?? 'fatal')

/** The job service as it runs, with real servers around it and a dataset service that speaks the contract. */
export async function world(t: Test, env: Record<string, string> = {}) {
  const [postgres, redis, bucket, keys, auth] = await Promise.all([
    freshDatabase(t, migrate),
    freshRedis(t),
    freshBucket(t),
    serviceKeys(),
    authority(t)
  ])
  const datasets = await datasetService(t, keys.jwks)
  const workerToken = randomBytes(32).toString('hex')
  const store = createStore(bucket)
  t.teardown(() => store.close())
  const given: Record<string, string> = {
    PORT: '0',
    INTERNAL_PORT: '0',
    DATABASE_URL: postgres.urlAs('ty_job'),
    REDIS_URL: redis.url,
    OBJECT_STORE_URL: bucket.url,
    OBJECT_STORE_BUCKET: bucket.bucket,
    OBJECT_STORE_ACCESS_KEY: bucket.accessKey,
    OBJECT_STORE_SECRET_KEY: bucket.secretKey,
    SERVICE_KEY: keys.pem.job ?? '',
    SERVICE_JWKS: keys.jwks,
    AUTH_URL: auth.url,
    DATASET_INTERNAL_URL: datasets.url,
    WORKER_TOKEN_SHA256: createHash('sha256').update(workerToken).digest('hex'),
    PUBLIC_URLS: 'http://trainyard.test,http://other.test:8080',
    BULL_BOARD: 'off',
    ...env
  }
  const start = async (more: Record<string, string> = {}, pace: Pace = {}) => {
    const service = await startJobService(loadConfig(JobConfig, { ...given, ...more }), log, pace)
    let stopped: Promise<boolean> | undefined
    const stop = () => {
      stopped ??= stopInOrder(service.stop, log, 'the test ended')
      return stopped
    }
    t.teardown(stop)
    const url = `http://127.0.0.1:${service.port}`
    const internal = `http://127.0.0.1:${service.internalPort}`
    return { url, internal, stop, ...callers(url, internal, workerToken) }
  }
  const serviceToken = (name: ServiceName, audience: ServiceName = 'job') =>
    serviceIdentity({ name, key: keys.pem[name] ?? '' }).tokenFor(audience)
  return {
    postgres,
    redis,
    store,
    datasets,
    env: given,
    workerToken,
    person: auth.person,
    serviceToken,
    start
  }
}
export type World = Awaited<ReturnType<typeof world>>
export type Service = Awaited<ReturnType<World['start']>>

export function callers(url: string, internal: string, workerToken: string) {
  const call = async <T = Record<string, unknown>>(
    method: string,
    address: string,
    token: string | undefined,
    body?: unknown,
    headers: Record<string, string> = {}
  ): Promise<Reply<T>> => {
    const response = await fetch(address, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      body: body === undefined ? undefined : JSON.stringify(body)
    })
    const text = await response.text()
    const json = text !== '' && response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, body: (json ? JSON.parse(text) : text) as T, headers: response.headers }
  }
  return {
    /** As a person, over the public port. */
    as: (person: Person | undefined) => ({
      get: <T>(path: string, headers?: Record<string, string>) =>
        call<T>('GET', `${url}/api/training${path}`, person?.token, undefined, headers),
      post: <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
        call<T>('POST', `${url}/api/training${path}`, person?.token, body, headers),
      patch: <T>(path: string, body: unknown) =>
        call<T>('PATCH', `${url}/api/training${path}`, person?.token, body),
      delete: <T>(path: string) => call<T>('DELETE', `${url}/api/training${path}`, person?.token)
    }),
    /** As a worker, an attempt or a service, over the internal port. */
    internally: <T>(path: string, body: unknown, token = workerToken) =>
      call<T>('POST', `${internal}/api/training/internal/${path}`, token, body),
    call
  }
}

export const fold = async <T>(n: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => work(i)))
