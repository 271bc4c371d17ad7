import { spawnSync } from 'node:child_process'

/** Whether `setpriv` of this machine knows `--pdeathsig`: util-linux does, others may not. */
function hasDeathSignal() {
  if (process.platform !== 'linux') return false
  return spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0
}

/**
 * The command line that makes the kernel send `signal` to the process when its parent dies, however it dies. Where
 * that cannot be had (macOS), the command itself; the next start ends what is left.
 */
export function withDeathSignal(signal: 'TERM' | 'INT', command: string, args: string[]) {
  if (!hasDeathSignal()) return { command, args }
  return { command: 'setpriv', args: ['--pdeathsig', signal, '--', command, ...args] }
}
