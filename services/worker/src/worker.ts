import { mkdir, realpath } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'
import type { Static } from 'typebox'
import { Agent } from 'undici'
import { listenToBells } from './bells.ts'
import type { WorkerConfig } from './config.ts'
import { datasetApi } from './dataset-api.ts'
import { datasetCache } from './dataset-cache.ts'
import { jobApi } from './job-api.ts'
import { jobLoop } from './job-loop.ts'
import { endLeftovers } from './leftovers.ts'
import { platformApi } from './platform-api.ts'
import { profileLoop } from './profile-loop.ts'
import { scratchFolders } from './scratch.ts'
import { trainerHost } from './trainer-host.ts'
import { transfers } from './transfer.ts'

type Deps = {
  config: Readonly<Static<typeof WorkerConfig>>
  env: Record<string, string | undefined>
  setpriv: string | null
  redis: Redis
  clock: () => number
  log: Logger
}

/** From the wish to release to the kill: what is left of 30 s is for the checkpoint's way to the store. */
const RELEASE_LIMIT_MS = 15_000

/** All parts of the worker, put together and running. */
export async function startWorker({ config, env, setpriv, redis, clock, log }: Deps) {
  const apiAgent = new Agent({ connect: { timeout: 3_000 }, keepAliveTimeout: 60_000, connections: 16 })
  const storeAgent = new Agent({ connect: { timeout: 5_000 }, connections: 32 })
  const store = transfers(storeAgent)
  const scratch = scratchFolders(config.SCRATCH_DIR)
  const home = join(config.SCRATCH_DIR, 'host')
  await mkdir(home, { recursive: true, mode: 0o700 })
  // The kernel names folders by their real paths, the jobs' homes are as they were given.
  const left = endLeftovers({ home: await realpath(home), attempts: scratch.attempts })
  if (left > 0) log.warn({ processes: left }, 'what an earlier worker left running was ended')
  await scratch.clear()
  const host = trainerHost({
    python: config.PYTHON,
    trainerDir: config.TRAINER_DIR,
    home,
    // One more than devices: the last one is for short work that a person waits for.
    slots: config.DEVICES + 1,
    // A CPU job must not find a GPU by chance: its result would not be repeatable, and the device not free.
    env: config.ACCELERATOR === 'cpu' ? { ...env, CUDA_VISIBLE_DEVICES: '' } : env,
    setpriv,
    clock,
    log
  })
  const cache = datasetCache({
    folder: join(config.SCRATCH_DIR, 'cache'),
    limitBytes: config.CACHE_LIMIT_BYTES,
    transfers: store,
    log,
    clock
  })
  await cache.start()
  const api = (url: string) => platformApi(url.replace(/\/+$/, ''), apiAgent, log)
  const common = {
    host,
    cache,
    scratch,
    clock,
    log,
    workerId: config.WORKER_ID,
    pollMs: config.POLL_SECONDS * 1_000
  }
  const jobs = jobLoop({
    ...common,
    jobs: jobApi(api(config.JOB_INTERNAL_URL), config.WORKER_TOKEN),
    transfers: store,
    accelerator: config.ACCELERATOR,
    devices: config.DEVICES,
    threads: config.TRAINER_THREADS ?? Math.max(1, Math.floor(availableParallelism() / config.DEVICES)),
    fileLimitBytes: config.ARTIFACT_LIMIT_BYTES,
    limits: {
      stopMs: config.STOP_LIMIT_SECONDS * 1_000,
      releaseMs: RELEASE_LIMIT_MS,
      resultMs: config.RESULT_LIMIT_SECONDS * 1_000
    }
  })
  const profiles = profileLoop({
    ...common,
    datasets: datasetApi(api(config.DATASET_INTERNAL_URL), config.WORKER_TOKEN),
    slot: config.DEVICES,
    memoryBytes: config.PROFILE_MEMORY_BYTES,
    limitSeconds: config.PROFILE_LIMIT_SECONDS
  })
  const bells = listenToBells({
    redis,
    host,
    jobs,
    profiles,
    accelerator: config.ACCELERATOR,
    devices: config.DEVICES,
    log
  })
  jobs.wake()
  profiles.wake()
  return {
    host,
    cache,
    jobs,
    profiles,
    bells,
    closeConnections: () => Promise.all([apiAgent.destroy(), storeAgent.destroy()])
  }
}
