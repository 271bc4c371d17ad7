import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot, pythonBinary } from './paths.ts'
import type { Ports } from './ports-file.ts'
import { type Launch, type ProcessDefinition, stopRanks } from './processes/definition.ts'
import { isLoopback } from './public-urls.ts'
import type { RedisUser, Secrets, ServiceName } from './secrets.ts'
import { schemaRole } from './servers/database.ts'
import { baseEnvironment } from './servers/environment.ts'
import { postgresUrl } from './servers/postgres.ts'
import { valkeyUrl } from './servers/valkey.ts'

export const databaseName = 'trainyard'

/** What every process definition is made from. */
export type Plan = {
  ports: Ports
  secrets: Secrets
  host: string
  publicUrls: string[]
  /** A path inside the data folder. */
  at: (...names: string[]) => string
  env: NodeJS.ProcessEnv
  /** By process name, or `worker` for all workers: wins over everything else. */
  overrides: Record<string, Record<string, string>>
  /** Services and workers start anew when a file of theirs changes. */
  watch: boolean
}

/**
 * A small young generation and a bounded heap: about 20 MB less in each service. Not `--optimize-for-size`: it saves
 * no more and makes every start a sixth slower.
 */
const nodeFlags = [
  '--max-semi-space-size=4',
  '--max-old-space-size=160',
  `--import=${pathToFileURL(join(projectRoot, 'scripts/quick-imports.mjs')).href}`
]

/** Settings of the services that the user's environment may carry; the services check them. */
const userSettings = [
  'LOG_LEVEL',
  'PASSWORD_MIN_LENGTH',
  'REGISTRATION',
  'UPLOAD_LIMIT_BYTES',
  'INFLATED_LIMIT_BYTES',
  'LEASE_SECONDS',
  'BULL_BOARD',
  'TRUST_PROXY',
  'ACCELERATOR',
  'DEVICES',
  'CACHE_LIMIT_BYTES'
]

const port = (plan: Plan, name: string) => plan.ports[name] ?? 0
const local = (plan: Plan, name: string) => `http://127.0.0.1:${port(plan, name)}`

function common(plan: Plan): Record<string, string> {
  const given = userSettings.flatMap((name) => (plan.env[name] ? [[name, plan.env[name]]] : []))
  return {
    ...baseEnvironment(plan.env),
    ...Object.fromEntries(given),
    HOST: '127.0.0.1',
    SERVICE_JWKS_FILE: plan.secrets.file('service-jwks'),
    PUBLIC_URLS: plan.publicUrls.join(','),
    AUTH_URL: local(plan, 'auth'),
    AUTH_INTERNAL_URL: local(plan, 'auth-internal'),
    DATASET_URL: local(plan, 'dataset'),
    DATASET_INTERNAL_URL: local(plan, 'dataset-internal'),
    JOB_URL: local(plan, 'job'),
    JOB_INTERNAL_URL: local(plan, 'job-internal'),
    // Compiled code of earlier starts: the second one is quicker.
    NODE_COMPILE_CACHE: join(projectRoot, '.runtime/compile-cache')
  }
}

function database(plan: Plan, name: 'auth' | 'dataset' | 'job') {
  const role = schemaRole(name)
  const url = postgresUrl(port(plan, 'postgres'), role, plan.secrets.roles[role] ?? '', databaseName)
  return { DATABASE_URL_FILE: plan.secrets.derive(`${name}-database-url`, url) }
}

function redis(plan: Plan, name: RedisUser) {
  const url = valkeyUrl(port(plan, 'valkey'), { name, password: plan.secrets.redis[name] })
  return { REDIS_URL_FILE: plan.secrets.derive(`${name}-redis-url`, url) }
}

function store(plan: Plan, name: 'datasets' | 'artifacts') {
  return {
    OBJECT_STORE_URL: local(plan, `s3-${name}`),
    OBJECT_STORE_REGION: 'us-east-1',
    OBJECT_STORE_BUCKET: `ty-${name}`,
    OBJECT_STORE_ACCESS_KEY_FILE: plan.secrets.file(`s3-${name}-access-key`),
    OBJECT_STORE_SECRET_KEY_FILE: plan.secrets.file(`s3-${name}-secret-key`)
  }
}

/** Where the auth service leaves the one-time set-up token while there is no administrator. */
export const setupTokenFile = (plan: Plan) => plan.at('secrets', 'setup-token')

/** Whoever reaches a loopback address sits at the machine; anybody else needs an invitation. */
const registration = (plan: Plan) => plan.env.REGISTRATION || (isLoopback(plan.host) ? 'open' : 'invite')

const own: Record<ServiceName, (plan: Plan) => Record<string, string>> = {
  auth: (plan) => ({
    ...database(plan, 'auth'),
    SIGNING_KEYS_FILE: plan.secrets.file('signing-keys'),
    REFRESH_KEY_FILE: plan.secrets.file('refresh-key'),
    REGISTRATION: registration(plan),
    SETUP_TOKEN_FILE_OUT: setupTokenFile(plan)
  }),
  dataset: (plan) => ({
    ...database(plan, 'dataset'),
    ...redis(plan, 'dataset'),
    ...store(plan, 'datasets'),
    WORKER_TOKEN_SHA256: plan.secrets.workerTokenSha256
  }),
  job: (plan) => ({
    ...database(plan, 'job'),
    ...redis(plan, 'job'),
    ...store(plan, 'artifacts'),
    WORKER_TOKEN_SHA256: plan.secrets.workerTokenSha256
  }),
  gateway: (plan) => ({
    ...redis(plan, 'gateway'),
    HOST: plan.host,
    REGISTRATION: registration(plan),
    DATASET_STORE_URL: local(plan, 's3-datasets'),
    ARTIFACT_STORE_URL: local(plan, 's3-artifacts'),
    WEB_DIR: plan.env.WEB_DIR || join(projectRoot, 'services/web/dist')
  })
}

async function readyz(url: string, signal: AbortSignal): Promise<boolean> {
  const reply = await fetch(`${url}/readyz`, { signal })
  await reply.arrayBuffer()
  return reply.ok
}

const main = (name: string, file = 'main') => join(projectRoot, 'services', name, 'src', `${file}.ts`)

function nodeLaunch(script: string, env: Record<string, string>, watch = false): Launch {
  const watching = watch ? ['--watch', '--watch-preserve-output'] : []
  return { command: process.execPath, args: [...watching, ...nodeFlags, script], env, cwd: projectRoot }
}

export function serviceDefinition(plan: Plan, name: ServiceName): ProcessDefinition {
  const env = {
    ...common(plan),
    PORT: String(port(plan, name)),
    INTERNAL_PORT: String(port(plan, `${name}-internal`)),
    SERVICE_KEY_FILE: plan.secrets.file(`service-key-${name}`),
    ...own[name](plan),
    ...plan.overrides[name]
  }
  return {
    name,
    launch: () => ({ ...nodeLaunch(main(name), env, plan.watch), ipc: true }),
    ready: (signal) => readyz(local(plan, `${name}-internal`), signal),
    readyLimitMs: 60_000,
    stopSignal: 'SIGTERM',
    stopLimitMs: 15_000,
    stopRank: stopRanks[name]
  }
}

/** A worker by its number, from 1. It has no database and no key of the object store. */
export function workerDefinition(plan: Plan, number: number, internalPort: number): ProcessDefinition {
  const name = `worker-${number}`
  const env = {
    ...common(plan),
    ...redis(plan, 'worker'),
    INTERNAL_PORT: String(internalPort),
    WORKER_ID: name,
    WORKER_TOKEN_FILE: plan.secrets.file('worker-token'),
    SCRATCH_DIR: plan.at('scratch', name),
    PYTHON: pythonBinary,
    TRAINER_DIR: join(projectRoot, 'trainer'),
    ...plan.overrides.worker,
    ...plan.overrides[name]
  }
  return {
    name,
    launch: () => ({ ...nodeLaunch(main('worker'), env, plan.watch), ipc: true }),
    ready: (signal) => readyz(`http://127.0.0.1:${internalPort}`, signal),
    readyLimitMs: 60_000,
    stopSignal: 'SIGTERM',
    // It has 30 s to checkpoint, upload and release.
    stopLimitMs: 32_000,
    stopRank: stopRanks.workers
  }
}

/** The schema's owner applies what is missing; the process ends by itself. */
export function migrationLaunch(plan: Plan, name: 'auth' | 'dataset' | 'job'): Launch {
  const role = 'ty_owner'
  const url = postgresUrl(port(plan, 'postgres'), role, plan.secrets.roles[role] ?? '', databaseName)
  return nodeLaunch(main(name, 'migrate'), {
    ...common(plan),
    MIGRATE_DATABASE_URL_FILE: plan.secrets.derive('migrate-database-url', url)
  })
}
