import { readFileSync } from 'node:fs'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { bindProblem, freePort } from './ports.ts'
import { choosePorts } from './ports-file.ts'
import { type LogKeeper, logKeeper } from './processes/log-keeper.ts'
import { runOnce } from './processes/run-once.ts'
import { runRecords } from './processes/run-records.ts'
import type { Supervised } from './processes/supervise.ts'
import { processTree, type Tree } from './processes/tree.ts'
import { publicUrls } from './public-urls.ts'
import { loadSecrets, serviceNames } from './secrets.ts'
import { Sentence } from './sentence.ts'
import { ensureDatabase, schemas } from './servers/database.ts'
import { postgresAdmin, postgresUrl } from './servers/postgres.ts'
import { valkeyUrl } from './servers/valkey.ts'
import {
  databaseName,
  migrationLaunch,
  type Plan,
  serviceDefinition,
  setupTokenFile,
  workerDefinition
} from './services.ts'
import { storeDefinitions } from './stores.ts'

export type StackOptions = {
  dataDir: string
  /** Of the gateway. 0 or nothing: the last one of this data folder, else a free one. */
  port?: number
  /** The gateway's; every other process listens on 127.0.0.1. */
  host?: string
  workers?: number
  /** One line for each thing that a watching person wants to know. */
  log?: (line: string) => void
  /** The user's environment; processes get an allow-listed part of it. */
  env?: NodeJS.ProcessEnv
  /** Environment by process name, or `worker` for all workers; wins over what the stack sets. */
  overrides?: Record<string, Record<string, string>>
  /** Aborted: the start is given up and what runs already is stopped in order. */
  signal?: AbortSignal
}

/** Milliseconds since the start was asked for. `trainer` is set once the first worker's trainer is warm. */
export type StackTimings = { stores: number; migrations: number; ready: number; trainer?: number }

export type Stack = {
  /** Where browsers and clients go. */
  readonly url: string
  readonly dataDir: string
  /** The one-time link while there is no administrator. */
  readonly setupUrl: string | undefined
  readonly timings: StackTimings
  /** The stores as their administrators, for tests that look inside or break them. */
  readonly stores: { postgres: string; redis: string }
  /** postgres, valkey, s3-datasets, s3-artifacts, auth, dataset, job, gateway, worker-1 … */
  readonly names: string[]
  process: (name: string) => Supervised
  /** Its newest lines, oldest first. */
  logs: (name: string) => string[]
  /** One more worker, ready; resolves to its name. */
  addWorker: () => Promise<string>
  /** Resolves with the seconds that the trainer of the first worker took to warm; undefined when it never did. */
  trainerWarm: (limitMs?: number) => Promise<number | undefined>
  /** Gateway, workers, job, dataset, auth, stores. Calling it again is the same stop. */
  stop: () => Promise<void>
}

async function refuseTakenPort(port: number, host: string) {
  const problem = await bindProblem(port, host)
  if (!problem) return
  if (problem === 'EADDRINUSE') {
    throw new Sentence(
      `Port ${port} is taken by another program. Choose another one: npm start -- --port ${port + 1}`
    )
  }
  if (problem === 'EACCES') {
    throw new Sentence(
      `Port ${port} may not be used by this user. Choose one above 1023: npm start -- --port 3000`
    )
  }
  throw new Sentence(
    `${host} is not an address of this machine (${problem}). Choose another one with --host.`
  )
}

async function makePlan(folder: DataFolder, options: StackOptions): Promise<Plan> {
  const { host = '127.0.0.1', env = process.env, overrides = {} } = options
  const ports = await choosePorts(folder.at('run', 'ports'))
  if (options.port) ports.gateway = options.port
  const port = ports.gateway ?? 0
  await refuseTakenPort(port, host)
  const urls = publicUrls(host, port, env.PUBLIC_URLS)
  return {
    ports,
    secrets: loadSecrets(folder.at('secrets')),
    host,
    publicUrls: urls,
    at: folder.at,
    env,
    overrides
  }
}

function readSetupToken(plan: Plan): string | undefined {
  try {
    return readFileSync(setupTokenFile(plan), 'utf8').trim() || undefined
  } catch {
    // No file: there is an administrator.
    return undefined
  }
}

type Started = { plan: Plan; tree: Tree; logs: LogKeeper; since: () => number; options: StackOptions }

async function startStores({ plan, tree, logs, options, since }: Started) {
  const { postgres, others } = storeDefinitions(plan)
  const timings = { stores: 0, migrations: 0 }
  const stores = [postgres, ...others].map((definition) => tree.start(definition))
  // All of them settle before anything is said, so that no rejection goes unheard.
  const database = stores[0]?.then(async () => {
    const { secrets, ports } = plan
    await ensureDatabase(ports.postgres ?? 0, secrets.postgresAdmin, databaseName, secrets.roles)
    await Promise.all(
      schemas.map((name) =>
        runOnce(`migration of ${name}`, migrationLaunch(plan, name), {
          onLine: (line) => logs.add(`migrate-${name}`, line),
          signal: options.signal
        })
      )
    )
    timings.migrations = since()
  })
  await Promise.all([database, Promise.all(stores).then(() => (timings.stores = since()))])
  return timings
}

async function startServices({ plan, tree }: Started, workers: number) {
  const internal = await Promise.all(Array.from({ length: workers }, () => freePort()))
  await Promise.all([
    ...serviceNames.map((name) => tree.start(serviceDefinition(plan, name))),
    ...internal.map((port, i) => tree.start(workerDefinition(plan, i + 1, port)))
  ])
  return internal
}

async function askTrainer(port: number): Promise<number | undefined> {
  const reply = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })
  const { trainer, trainer_seconds } = (await reply.json()) as { trainer?: string; trainer_seconds?: number }
  return trainer === 'warm' ? (trainer_seconds ?? 0) : undefined
}

function stackOf(
  started: Started,
  folder: DataFolder,
  internal: number[],
  timings: StackTimings,
  stop: Stack['stop']
): Stack {
  const { plan, tree, logs, since } = started
  const [url = ''] = plan.publicUrls
  return {
    url,
    dataDir: folder.path,
    timings,
    get setupUrl() {
      const token = readSetupToken(plan)
      return token && `${url}/setup#token=${token}`
    },
    stores: {
      postgres: postgresUrl(
        plan.ports.postgres ?? 0,
        postgresAdmin,
        plan.secrets.postgresAdmin,
        databaseName
      ),
      redis: valkeyUrl(plan.ports.valkey ?? 0, { name: 'admin', password: plan.secrets.redisAdmin })
    },
    get names() {
      return tree.names()
    },
    process: tree.get,
    logs: logs.lines,
    addWorker: async () => {
      const port = await freePort()
      const number = internal.push(port)
      return (await tree.start(workerDefinition(plan, number, port))).name
    },
    trainerWarm: async (limitMs = 120_000) => {
      for (const deadline = performance.now() + limitMs; performance.now() < deadline; ) {
        const seconds = await askTrainer(internal[0] ?? 0).catch(() => undefined)
        if (seconds !== undefined) {
          timings.trainer ??= since()
          return seconds
        }
        await new Promise((done) => setTimeout(done, 100))
      }
      return undefined
    },
    stop
  }
}

/**
 * The whole platform as one supervised tree, in one data folder. Rejects with a `Sentence` when a person can put it
 * right; whatever it had started is stopped then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const begin = performance.now()
  const since = () => performance.now() - begin
  const say = options.log ?? (() => undefined)
  const folder = await openDataFolder(options.dataDir)
  const records = runRecords(folder.at('run'))
  const logs = logKeeper(folder.at('logs'))
  const tree = processTree({ say, onLine: logs.add, records })
  const stop = async () => {
    await tree.stop()
    logs.close()
    folder.release()
  }
  const giveUp = () => void stop()
  options.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const left = await records.reap()
    if (left > 0) say(`Ended ${left} process${left === 1 ? '' : 'es'} that an earlier run left behind`)
    const plan = await makePlan(folder, options)
    const started: Started = { plan, tree, logs, since, options }
    const times = await startStores(started)
    const internal = await startServices(started, options.workers ?? 1)
    return stackOf(started, folder, internal, { ...times, ready: since() }, stop)
  } catch (error) {
    await stop()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
}
