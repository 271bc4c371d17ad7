import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendants, processStart, signalPid } from './process-table.ts'

/** Which process runs under a name. The start time tells it from a later process with the same id. */
type RunRecord = { pid: number; start: string; stop_signal: 'SIGTERM' | 'SIGINT' }

export type RunRecords = {
  write: (name: string, pid: number, stopSignal: RunRecord['stop_signal']) => void
  remove: (name: string) => void
  /** Ends what an earlier run left; returns how many processes that were. */
  reap: () => Promise<number>
}

const termMs = 5_000
const killMs = 2_000
const askEveryMs = 20

function parse(text: string): RunRecord | undefined {
  try {
    const { pid, start, stop_signal } = JSON.parse(text) as Partial<RunRecord>
    if (!Number.isInteger(pid) || typeof start !== 'string' || start === '') return undefined
    return { pid: pid as number, start, stop_signal: stop_signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM' }
  } catch {
    // A record that a full disk or a crash cut short names nobody.
    return undefined
  }
}

const alive = ({ pid, start }: Pick<RunRecord, 'pid' | 'start'>) => processStart(pid) === start

async function untilGone(processes: Pick<RunRecord, 'pid' | 'start'>[], limitMs: number): Promise<boolean> {
  for (const deadline = performance.now() + limitMs; performance.now() < deadline; await sleep(askEveryMs)) {
    if (!processes.some(alive)) return true
  }
  return !processes.some(alive)
}

async function reap(records: RunRecord[]): Promise<number> {
  const left = records.filter(alive)
  if (left.length === 0) return 0
  const below = left.flatMap(({ pid }) =>
    descendants(pid).map((child) => ({ pid: child, start: processStart(child) }))
  )
  for (const { pid, stop_signal } of left) {
    signalPid(-pid, stop_signal)
    // A stopped process keeps TERM waiting.
    signalPid(-pid, 'SIGCONT')
  }
  const all = [...left, ...below.filter(({ start }) => start !== '')]
  if (!(await untilGone(all, termMs))) {
    for (const { pid } of left.filter(alive)) signalPid(-pid, 'SIGKILL')
    for (const { pid } of all.filter(alive)) signalPid(pid, 'SIGKILL')
    await untilGone(all, killMs)
  }
  return left.length
}

/** One file a process in `folder`, so that a killed supervisor's processes are found and ended by the next start. */
export function runRecords(folder: string): RunRecords {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = (name: string) => join(folder, `${name}.json`)
  return {
    write: (name, pid, stop_signal) => {
      const record: RunRecord = { pid, start: processStart(pid), stop_signal }
      writeFileSync(`${file(name)}.new`, JSON.stringify(record), { mode: 0o600 })
      renameSync(`${file(name)}.new`, file(name))
    },
    remove: (name) => rmSync(file(name), { force: true }),
    reap: async () => {
      const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
      const records = names.map((name) => parse(readFileSync(join(folder, name), 'utf8')))
      const count = await reap(records.filter((record) => record !== undefined))
      for (const name of names) rmSync(join(folder, name), { force: true })
      return count
    }
  }
}
