import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './ports.ts'
import type { LogKeeper } from './processes/log-keeper.ts'
import type { Supervised } from './processes/supervise.ts'
import type { Tree } from './processes/tree.ts'
import { postgresAdmin, postgresUrl } from './servers/postgres.ts'
import { valkeyUrl } from './servers/valkey.ts'
import { databaseName, type Plan, setupTokenFile, workerDefinition } from './services.ts'

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

/** The platform's database as the server's administrator. */
export const adminUrl = ({ ports, secrets }: Plan) =>
  postgresUrl(ports.postgres ?? 0, postgresAdmin, secrets.postgresAdmin, databaseName)

function readSetupToken(plan: Plan): string | undefined {
  try {
    return readFileSync(setupTokenFile(plan), 'utf8').trim() || undefined
  } catch {
    // No file: there is an administrator.
    return undefined
  }
}

async function askTrainer(port: number): Promise<number | undefined> {
  const reply = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })
  const { trainer, trainer_seconds } = (await reply.json()) as { trainer?: string; trainer_seconds?: number }
  return trainer === 'warm' ? (trainer_seconds ?? 0) : undefined
}

/** What a start has made by the time everything runs. */
export type Started = {
  plan: Plan
  tree: Tree
  logs: LogKeeper
  /** Milliseconds since the start was asked for. */
  since: () => number
  dataDir: string
  stop: Stack['stop']
}

/** The handle of a platform that runs. `workerPorts` are the workers' internal ports and grow with `addWorker`. */
export function stackOf(started: Started, workerPorts: number[], timings: StackTimings): Stack {
  const { plan, tree, logs, since, dataDir, stop } = started
  const [url = ''] = plan.publicUrls
  return {
    url,
    dataDir,
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
      const number = workerPorts.push(port)
      return (await tree.start(workerDefinition(plan, number, port))).name
    },
    trainerWarm: async (limitMs = 120_000) => {
      for (const deadline = performance.now() + limitMs; performance.now() < deadline; ) {
        const seconds = await askTrainer(workerPorts[0] ?? 0).catch(() => undefined)
        if (seconds !== undefined) {
          timings.trainer ??= since()
          return seconds
        }
        await sleep(100)
      }
      return undefined
    },
    stop
  }
}
