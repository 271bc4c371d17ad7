import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { Exit } from './host-protocol.ts'

/** Kills for want of memory: in this process's control group (null where none is told), and on the whole machine. */
export type OomKills = { group: number | null; machine: number | null }

const ROOT = '/sys/fs/cgroup'

/** Counters of the kernel; a rise while a trainer ran is evidence, SIGKILL alone is not. */
export async function readOomKills(): Promise<OomKills> {
  const [group, machine] = await Promise.all([groupKills(), counter('/proc/vmstat')])
  return { group, machine }
}

/** Of this process's own control group: version 1 where memory is in its hands, else version 2. */
async function groupKills(): Promise<number | null> {
  const own = (await text('/proc/self/cgroup')) ?? ''
  const v1 = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m.exec(own)?.[1]
  const v2 = /^0::(\/.*)$/m.exec(own)?.[1]
  if (v1 !== undefined) return counter(join(ROOT, 'memory', v1, 'memory.oom_control'))
  return v2 === undefined ? null : counter(join(ROOT, v2, 'memory.events'))
}

/** Another process of a large machine may have been the victim; a trainer that held this share of it is a likely one. */
const LIKELY_SHARE = 0.25

export function ranOutOfMemory(exit: Exit, before: OomKills, after: OomKills): boolean {
  if (exit.signal !== 'SIGKILL') return false
  if (before.group !== null && after.group !== null && after.group > before.group) return true
  const onMachine = before.machine !== null && after.machine !== null && after.machine > before.machine
  return onMachine && (exit.maxRssBytes ?? 0) >= totalmem() * LIKELY_SHARE
}

async function counter(path: string): Promise<number | null> {
  const value = /^oom_kill (\d+)$/m.exec((await text(path)) ?? '')?.[1]
  return value === undefined ? null : Number(value)
}

async function text(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // Not on this system, or not shown to this process: then there is no evidence to be had.
    return null
  }
}
