import { spawn } from 'node:child_process'
import { readLines } from '@trainyard/stack/processes/read-lines'

export type CommandOptions = {
  cwd: string
  env: Record<string, string | undefined>
  signal: AbortSignal
  onLine: (line: string) => void
}

/** Runs a command with its input closed; resolves to its exit code, or to 1 when a signal or the limit ended it. */
export function runCommand(command: string, args: string[], options: CommandOptions): Promise<number> {
  const { cwd, env, signal, onLine } = options
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
    readLines(child.stdout, onLine)
    readLines(child.stderr, onLine)
    child.once('error', fail)
    child.once('close', (code) => done(code ?? 1))
  })
}
