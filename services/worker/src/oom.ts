import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import type { Exit } from './host-protocol.ts'

/** Kills for want of memory: in this process's control group (null where none is told), and on the whole machine. */
export type OomKills = { group: number | null; machine: number | null }

/** Counters of the kernel; a rise while a trainer ran is evidence, SIGKILL alone is not. */
export async function readOomKills(): Promise<OomKills> {
  const [v2, v1, machine] = await Promise.all([
    counter('/sys/fs/cgroup/memory.events'),
    counter('/sys/fs/cgroup/memory/memory.oom_control'),
    counter('/proc/vmstat')
  ])
  return { group: v2 ?? v1, machine }
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
  try {
    const value = /^oom_kill (\d+)$/m.exec(await readFile(path, 'utf8'))?.[1]
    return value === undefined ? null : Number(value)
  } catch {
    // Not on this system, or not shown to this process: then there is no evidence to be had.
    return null
  }
}
