import { LIMITS } from '@trainyard/contracts/platform'
import { CommonConfig, loadConfig, PeerUrl, PublicUrls } from '@trainyard/service-kit/config'
import { Type } from 'typebox'

const Seconds = (seconds: number) => Type.Integer({ minimum: 1, maximum: 2_592_000, default: seconds })

export const DatasetConfig = Type.Object({
  ...CommonConfig,
  AUTH_URL: PeerUrl,
  JOB_INTERNAL_URL: PeerUrl,
  DATABASE_URL: Type.String({ pattern: '^postgres' }),
  REDIS_URL: Type.String({ pattern: '^rediss?://' }),
  OBJECT_STORE_URL: PeerUrl,
  OBJECT_STORE_REGION: Type.String({ minLength: 1, default: 'us-east-1' }),
  OBJECT_STORE_BUCKET: Type.String({ minLength: 3, default: 'ty-datasets' }),
  OBJECT_STORE_ACCESS_KEY: Type.String({ minLength: 1 }),
  OBJECT_STORE_SECRET_KEY: Type.String({ minLength: 8 }),
  PUBLIC_URLS: PublicUrls,
  WORKER_TOKEN_SHA256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  UPLOAD_LIMIT_BYTES: Type.Integer({ minimum: 1, default: LIMITS.uploadBytes }),
  INFLATED_LIMIT_BYTES: Type.Integer({ minimum: 1, default: LIMITS.inflatedBytes }),
  PROFILE_LEASE_SECONDS: Seconds(30),
  /** Objects without a row and unfinished uploads that are older than this are removed. */
  SWEEP_GRACE_SECONDS: Seconds(86_400),
  SWEEP_EVERY_SECONDS: Seconds(3_600)
})

export const datasetConfig = (env: NodeJS.ProcessEnv) => loadConfig(DatasetConfig, env)
export type Config = ReturnType<typeof datasetConfig>
