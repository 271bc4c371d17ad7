import { Type } from 'typebox'

const PeerUrl = Type.String({ pattern: '^https?://' })
const GiB = 2 ** 30

/** The worker's environment. It names no database and no object store: all it holds is `WORKER_TOKEN`. */
export const WorkerConfig = Type.Object({
  HOST: Type.String({ default: '127.0.0.1' }),
  INTERNAL_PORT: Type.Integer({ minimum: 0, maximum: 65_535 }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], { default: 'info' }),
  REDIS_URL: Type.String({ pattern: '^rediss?://' }),
  WORKER_TOKEN: Type.String({ minLength: 16 }),
  WORKER_ID: Type.String({ minLength: 1, maxLength: 128 }),
  JOB_INTERNAL_URL: PeerUrl,
  DATASET_INTERNAL_URL: PeerUrl,
  SCRATCH_DIR: Type.String({ minLength: 1, description: 'A folder of this worker alone' }),
  PYTHON: Type.String({ minLength: 1, description: 'The interpreter that has torch' }),
  TRAINER_DIR: Type.String({ minLength: 1, description: 'The folder that holds trainyard_trainer' }),
  ACCELERATOR: Type.Enum(['cpu', 'gpu'], { default: 'cpu' }),
  DEVICES: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
  TRAINER_THREADS: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_024, description: 'Default: the cores divided by DEVICES' })
  ),
  CACHE_LIMIT_BYTES: Type.Integer({ minimum: 1, default: 10 * GiB }),
  ARTIFACT_LIMIT_BYTES: Type.Integer({ minimum: 1, default: 5 * GiB, description: 'Of one file' }),
  PROFILE_MEMORY_BYTES: Type.Integer({ minimum: 64 * 2 ** 20, default: 4 * GiB }),
  PROFILE_LIMIT_SECONDS: Type.Number({ exclusiveMinimum: 0, default: 900 }),
  POLL_SECONDS: Type.Number({
    exclusiveMinimum: 0,
    default: 10,
    description: 'Between two claims without a bell'
  }),
  STOP_LIMIT_SECONDS: Type.Number({
    exclusiveMinimum: 0,
    default: 57,
    description: 'From hearing of a stop to the kill; a stop is heard within 2.5 s and over within 60'
  }),
  RESULT_LIMIT_SECONDS: Type.Number({
    exclusiveMinimum: 0,
    default: 10,
    description: 'From the final event of a trainer to its exit'
  })
})
