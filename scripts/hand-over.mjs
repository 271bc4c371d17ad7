import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
const parentEveryMs = 1_000

/**
 * Runs `args` under `node` in this terminal: signals go through, the exit code comes back, and the channel between the
 * two tells it when this process is killed. When npm, which started us, is killed, that is a stop like any other.
 * @returns {Promise<number>} the exit code
 */
export function handOver(node, args, options) {
  const child = spawn(node, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of forwarded) process.on(signal, () => child.kill(signal))
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid
    const watch = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(watch)
      child.kill('SIGTERM')
    }, parentEveryMs)
    watch.unref()
  }
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => done(signal ? 128 + constants.signals[signal] : (code ?? 1)))
  })
}
