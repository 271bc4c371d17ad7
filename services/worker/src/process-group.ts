import { readFileSync } from 'node:fs'

/** The group that `pid` leads. */
export type ProcessGroup = { kill: () => void }

/**
 * A group whose leader is known by number and start time, so that no stranger is killed in its place: as long as a
 * group has members its number is given to no new process, so a living leader with another start time means that
 * the group is gone. Where the system does not tell start times (macOS) the number alone counts.
 */
export function processGroup(pid: number, start = startOf(pid)): ProcessGroup {
  return {
    kill: () => {
      const now = startOf(pid)
      if (now === undefined || now === start) killGroup(pid)
    }
  }
}

/** SIGKILL to every process of the group; one that is gone is what was wanted. */
export function killGroup(pid: number) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    // macOS answers EPERM for a group of nothing but zombies.
    if (code !== 'ESRCH' && code !== 'EPERM') throw err
  }
}

/** Ticks from the boot to the start of the process (proc(5), field 22), also of a zombie; undefined without one. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the name in brackets and may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    // No such process, or a system without /proc.
    return undefined
  }
}
