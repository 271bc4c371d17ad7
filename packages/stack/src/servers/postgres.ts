import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { type ProcessDefinition, stopRanks } from '../processes/definition.ts'
import { processCommand } from '../processes/process-table.ts'
import { runOnce } from '../processes/run-once.ts'
import { postgresHome } from './binaries.ts'
import { baseEnvironment } from './environment.ts'
import { type PostgresIdentity, postgresIdentity } from './postgres-identity.ts'

export const postgresAdmin = 'postgres'

export type PostgresOptions = {
  dataDir: string
  port: number
  /** Of the user `postgres`; letters and digits only. */
  password: string
  env: NodeJS.ProcessEnv
  /** For tests: no fsync. A crash of the machine then loses data, a crash of the server does not. */
  volatile?: boolean
  identity?: PostgresIdentity
}

/** What a laptop can spare. Everything that is not named keeps Postgres's own default. */
const settings = {
  listen_addresses: '127.0.0.1',
  // Socket paths are limited to about 100 bytes, data folders are not.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '48MB',
  max_wal_size: '512MB',
  io_method: 'sync',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: ''
}
const volatileSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

async function runInitdb(
  options: PostgresOptions,
  identity: PostgresIdentity,
  target: string,
  passwordFile: string
) {
  const { command, args } = identity.wrap(join(identity.home, 'bin/initdb'), [
    ...['-D', target, '-U', postgresAdmin, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    // The same sort order everywhere, whatever locales the machine has.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    '--no-instructions',
    ...(options.volatile ? ['--no-sync'] : [])
  ])
  await runOnce({ name: 'initdb', what: 'initdb' }, { command, args, env: baseEnvironment(options.env) })
}

/** Makes the cluster beside its place and renames it, so that an interrupted first start leaves nothing half-made. */
async function ensureCluster(options: PostgresOptions, identity: PostgresIdentity) {
  if (existsSync(join(identity.dataDir, 'PG_VERSION'))) return
  const parent = dirname(identity.dataDir)
  const half = `${identity.dataDir}.new`
  const passwordFile = `${half}.password`
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  rmSync(half, { recursive: true, force: true })
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  identity.own(passwordFile)
  try {
    await runInitdb(options, identity, half, passwordFile)
    renameSync(half, identity.dataDir)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(half, { recursive: true, force: true })
  }
}

/** A lock file whose process id now belongs to something else (after a reboot, in a container) would refuse the start. */
function removeStaleLock(dataDir: string) {
  const file = join(dataDir, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  if (!processCommand(pid).includes('postgres')) rmSync(file, { force: true })
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  client.on('error', () => signal.throwIfAborted())
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end()
  }
}

/** `postgres://` URL of the embedded server. */
export function postgresUrl(port: number, user: string, password: string, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
}

/** Postgres 18 on 127.0.0.1, made on first start. Stops with INT: TERM waits for its clients. */
export function postgresDefinition(options: PostgresOptions): ProcessDefinition {
  const identity = options.identity ?? postgresIdentity(postgresHome(), options.dataDir)
  const all = { ...settings, port: String(options.port), ...(options.volatile ? volatileSettings : {}) }
  return {
    name: 'postgres',
    prepare: async () => {
      await ensureCluster(options, identity)
      removeStaleLock(identity.dataDir)
    },
    launch: () => ({
      ...identity.wrap(join(identity.home, 'bin/postgres'), [
        ...['-D', identity.dataDir],
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      ]),
      env: baseEnvironment(options.env),
      cwd: dirname(identity.dataDir)
    }),
    ready: (signal) =>
      answers(postgresUrl(options.port, postgresAdmin, options.password, 'postgres'), signal),
    readyLimitMs: 60_000,
    stopSignal: 'SIGINT',
    stopLimitMs: 20_000,
    stopRank: stopRanks.stores
  }
}
