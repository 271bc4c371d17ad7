import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

function ps(pid: number, column: string): string {
  const { stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' })
  return (stdout ?? '').trim()
}

/** The command line of a process, or '' when there is none with this id. */
export function processCommand(pid: number): string {
  if (!Number.isInteger(pid) || pid < 1) return ''
  if (process.platform !== 'linux') return ps(pid, 'command')
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** /proc/PID/stat from its third field (the state) on; undefined when the process is gone. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets and may hold anything, spaces and brackets too.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/**
 * When a process was started, as text that only compares with itself; '' when it is gone or a zombie. With the id it
 * names one process for ever: ids come round again, start times do not. Linux: boot id and field 22 of
 * /proc/PID/stat (clock ticks since boot), see proc(5).
 */
export function processStart(pid: number): string {
  if (!Number.isInteger(pid) || pid < 1) return ''
  if (process.platform !== 'linux') return ps(pid, 'stat').startsWith('Z') ? '' : ps(pid, 'lstart')
  const fields = statFields(pid)
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return ''
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
}

/** Parent of every process there is. */
function parents(): Map<number, number> {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
    return new Map(pids.map((pid) => [pid, Number(statFields(pid)?.[1] ?? 0)]))
  }
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = (stdout ?? '').trim().split('\n')
  return new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]))
}

/** Children, their children and so on, whatever group or session they moved to. */
export function descendants(pid: number): number[] {
  const parent = parents()
  const found = new Set([pid])
  for (let before = 0; before !== found.size; ) {
    before = found.size
    for (const [child, its] of parent) if (found.has(its)) found.add(child)
  }
  found.delete(pid)
  return [...found]
}

/** kill(2) that treats "no such process" as done. A negative pid means the group; macOS answers EPERM for a dead one. */
export function signalPid(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH' || (code === 'EPERM' && pid < 0)) return false
    throw error
  }
}
