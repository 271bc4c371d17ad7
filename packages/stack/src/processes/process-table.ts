import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

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

/**
 * When a process was started, as text that only compares with itself; '' when it is gone or a zombie. With the id it
 * names one process for ever: ids come round again, start times do not. Linux: boot id and field 22 of
 * /proc/PID/stat (clock ticks since boot), see proc(5).
 */
export function processStart(pid: number): string {
  if (!Number.isInteger(pid) || pid < 1) return ''
  if (process.platform !== 'linux') return ps(pid, 'lstart')
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the name in brackets and may hold anything, spaces and brackets too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return ''
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return ''
  }
}
