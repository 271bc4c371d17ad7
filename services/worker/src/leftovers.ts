import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Kills what an earlier worker in this scratch folder left. When a worker is killed its host dies by a signal of the
 * kernel, and the jobs die with the host; what a job had started itself (readers of data, for one) hears of nothing.
 * Such a process is known by what no process of anybody else has, whatever group or session it moved to and whoever
 * had its number before: its home is a job's own folder, or it is a fork of the host, in the host's folder. Gives how
 * many there were; without /proc (macOS) none are found.
 */
export function endLeftovers({ home, attempts }: { home: string; attempts: string }): number {
  const isOurs = (pid: number) =>
    words(pid, 'environ').some((one) => one.startsWith(`HOME=${attempts}/`)) ||
    (words(pid, 'cmdline').includes('trainyard_trainer') && folderOf(pid) === home)
  const left = processes().filter((pid) => pid !== process.pid && isOurs(pid))
  for (const pid of left) kill(pid)
  return left.length
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    // No /proc.
    return []
  }
}

/** As it was when its program was started: a fork shows what its parent's was. */
function words(pid: number, file: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0')
  } catch {
    // Gone by now, or somebody else's.
    return []
  }
}

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err
  }
}
