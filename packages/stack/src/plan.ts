import type { DataFolder } from './data-folder.ts'
import { bindProblem } from './ports.ts'
import { choosePorts } from './ports-file.ts'
import { publicUrls } from './public-urls.ts'
import { loadSecrets } from './secrets.ts'
import { Sentence } from './sentence.ts'
import type { Plan } from './services.ts'

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
  /** Services and workers start anew when a file of theirs changes. */
  watch?: boolean
  /** Aborted: the start is given up and what runs already is stopped in order. */
  signal?: AbortSignal
}

async function refuseTakenPort(port: number, host: string) {
  const problem = await bindProblem(port, host)
  if (!problem) return
  if (problem === 'EADDRINUSE') {
    throw new Sentence(
      `Port ${port} is taken by another program. Choose another one: npm start -- --port ${port < 65_535 ? port + 1 : 3_000}`
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

/** Ports, secrets and addresses of a start. Refuses a port that cannot be had before anything runs. */
export async function makePlan(folder: DataFolder, options: StackOptions): Promise<Plan> {
  const { host = '127.0.0.1', env = process.env, overrides = {}, watch = false } = options
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
    overrides,
    watch
  }
}
