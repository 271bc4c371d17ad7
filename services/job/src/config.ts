import { CommonConfig, PeerUrl, PublicUrls } from '@trainyard/service-kit/config'
import { type Static, Type } from 'typebox'

export const JobConfig = Type.Object({
  ...CommonConfig,
  DATABASE_URL: Type.String({ pattern: '^postgres' }),
  REDIS_URL: Type.String({ pattern: '^rediss?://' }),
  OBJECT_STORE_URL: PeerUrl,
  OBJECT_STORE_REGION: Type.String({ minLength: 1, default: 'us-east-1' }),
  OBJECT_STORE_BUCKET: Type.String({ minLength: 1, default: 'ty-artifacts' }),
  OBJECT_STORE_ACCESS_KEY: Type.String({ minLength: 1 }),
  OBJECT_STORE_SECRET_KEY: Type.String({ minLength: 1 }),
  AUTH_URL: PeerUrl,
  DATASET_INTERNAL_URL: PeerUrl,
  WORKER_TOKEN_SHA256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  PUBLIC_URLS: PublicUrls,
  LEASE_SECONDS: Type.Number({ minimum: 1, maximum: 3_600, default: 30 }),
  BULL_BOARD: Type.Enum(['on', 'off'], { default: 'on' })
})
export type JobConfig = Static<typeof JobConfig>
