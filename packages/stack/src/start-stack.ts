import { existsSync } from 'node:fs'
import { openDataFolder } from './data-folder.ts'
import { migrateAll } from './migrations.ts'
import { makePlan, type StackOptions } from './plan.ts'
import { freePort } from './ports.ts'
import { logKeeper } from './processes/log-keeper.ts'
import { NotStarted } from './processes/not-started.ts'
import { runRecords } from './processes/run-records.ts'
import { processTree } from './processes/tree.ts'
import { serviceNames } from './secrets.ts'
import { Sentence } from './sentence.ts'
import { ensureDatabase } from './servers/database.ts'
import { databaseName, serviceDefinition, workerDefinition } from './services.ts'
import { adminUrl, type Stack, type Started, stackOf } from './stack.ts'
import { storeDefinitions } from './stores.ts'

async function startStores({ plan, tree, logs, since }: Started, signal: AbortSignal | undefined) {
  const { postgres, others } = storeDefinitions(plan)
  const { secrets, ports } = plan
  const timings = { stores: 0, migrations: 0 }
  const database = async () => {
    await tree.start(postgres)
    await ensureDatabase(ports.postgres ?? 0, secrets.postgresAdmin, databaseName, secrets.roles)
    timings.stores = since()
    await migrateAll(plan, adminUrl(plan), logs.add, signal)
    timings.migrations = since()
  }
  await Promise.all([database(), ...others.map((definition) => tree.start(definition))])
  return timings
}

/**
 * Workers come after the services: theirs is the heaviest start, as it imports torch, and nobody waits for it on a
 * machine with few cores.
 */
async function startServices({ plan, tree }: Started, workers: number) {
  await Promise.all(serviceNames.map((name) => tree.start(serviceDefinition(plan, name))))
  const workerPorts = await Promise.all(Array.from({ length: workers }, () => freePort()))
  await Promise.all(workerPorts.map((port, i) => tree.start(workerDefinition(plan, i + 1, port))))
  return workerPorts
}

/** Of a call of ours, or of a process that said so. */
const isDiskFull = (error: unknown) =>
  error instanceof Error &&
  /ENOSPC|EDQUOT|no space left|disk quota exceeded/i.test(`${error.message} ${error.cause}`)

function forPerson({ message, cause }: NotStarted, log: string): Sentence {
  const more = existsSync(log) ? `; more is in ${log}` : ''
  return new Sentence(`${message}. Put that right and start again${more}.`, { cause })
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
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= tree.stop().finally(() => {
      logs.close()
      folder.release()
    })
    return stopping
  }
  const giveUp = () => void stop()
  options.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    const left = await records.reap()
    if (left > 0) say(`Ended ${left} process${left === 1 ? '' : 'es'} that an earlier run left behind`)
    const plan = await makePlan(folder, options)
    const started: Started = { plan, tree, logs, since, dataDir: folder.path, stop }
    const times = await startStores(started, options.signal)
    const workerPorts = await startServices(started, options.workers ?? 1)
    return stackOf(started, workerPorts, { ...times, ready: since() })
  } catch (error) {
    await stop()
    if (isDiskFull(error)) {
      const there = `The disk with the data folder ${folder.path} is full`
      throw new Sentence(`${there}. Make room, or choose another folder with --data FOLDER.`, {
        cause: error
      })
    }
    throw error instanceof NotStarted ? forPerson(error, folder.at('logs', `${error.process}.log`)) : error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
}
