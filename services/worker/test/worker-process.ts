import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@trainyard/testing/eventually'
import type { TestContext } from '@trainyard/testing/test-context'
import { type Platform, WORKER_TOKEN } from './platform.ts'

const root = join(import.meta.dirname, '../../..')
export const PYTHON = process.env.TEST_PYTHON || join(root, '.runtime/venv/bin/python')
export const TRAINER_DIR = join(root, 'trainer')
/** The real host with children that misbehave. */
export const HOSTILE = `${join(import.meta.dirname, 'hostile')}:${TRAINER_DIR}`

export type WorkerProcess = {
  child: ChildProcess
  port: number
  scratch: string
  /** The JSON lines of its log. */
  log: { msg: string; [field: string]: unknown }[]
  warm: () => Promise<void>
  exited: Promise<number | null>
}

/** The worker as a process of its own, with a real trainer host. Killed when the test ends. */
export async function startWorkerProcess(
  t: TestContext,
  platform: Platform,
  redisUrl: string,
  env: Record<string, string> = {}
): Promise<WorkerProcess> {
  const scratch = env.SCRATCH_DIR ?? (await mkdtemp(join(tmpdir(), 'ty-worker-')))
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      INTERNAL_PORT: '0',
      LOG_LEVEL: 'debug',
      REDIS_URL: redisUrl,
      WORKER_TOKEN,
      WORKER_ID: 'worker-1',
      JOB_INTERNAL_URL: platform.url,
      DATASET_INTERNAL_URL: platform.url,
      SCRATCH_DIR: scratch,
      PYTHON,
      TRAINER_DIR,
      TRAINER_THREADS: '1',
      POLL_SECONDS: '0.5',
      CANARY_SECRET: 'no-child-may-see-this',
      ...env
    }
  })
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const log: WorkerProcess['log'] = []
  readLines(child, (line) => {
    log.push(JSON.parse(line))
    if (process.env.TEST_LOG) process.stderr.write(`${line}\n`)
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 })
  })
  const port = await new Promise<number>((ready, failed) => {
    child.once('message', (message: { internal_port: number }) => ready(message.internal_port))
    child.once('exit', () => failed(new Error(`the worker did not start: ${JSON.stringify(log.slice(-3))}`)))
  })
  const warm = async () => {
    await eventually(async () => {
      const reply = await fetch(`http://127.0.0.1:${port}/readyz`)
      return ((await reply.json()) as { trainer: string }).trainer === 'warm'
    }, 60_000)
  }
  return { child, port, scratch, log, warm, exited }
}

function readLines(child: ChildProcess, onLine: (line: string) => void) {
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line)
  })
}

type Process = { pid: number; parent: number; state: string; command: string }

/** All living processes below `pid`, from the process table. */
export async function descendants(pid: number): Promise<Process[]> {
  const all: Process[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const found = await processFacts(Number(name))
    if (found && found.state !== 'Z') all.push(found)
  }
  const below = (parent: number): Process[] =>
    all.filter((p) => p.parent === parent).flatMap((p) => [p, ...below(p.pid)])
  return below(pid)
}

/** Undefined once the process is gone; state Z is a dead one that nobody has reaped. */
export async function processFacts(pid: number): Promise<Process | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(parent), state, command: command.replaceAll('\0', ' ') }
  } catch {
    // It ended between the listing and the look.
    return undefined
  }
}

/** The process that trains this job, as the worker's log names it; the platform may hear of it before the log does. */
export function trainerOf(worker: WorkerProcess, jobId: string): Promise<number> {
  return eventually(() => {
    const line = worker.log.findLast(({ msg, job_id }) => msg === 'the trainer runs' && job_id === jobId)
    return typeof line?.pid === 'number' && line.pid
  })
}
