import { spawn } from 'node:child_process'
import { describeExit, type Exit, type Launch } from './definition.ts'
import { NotStarted } from './not-started.ts'
import { readLines } from './read-lines.ts'

const keptLines = 20

/** Runs a process to its end; any end but success is an error that says why. `what` it is begins that sentence. */
export async function runOnce(
  { name, what }: { name: string; what: string },
  { command, args, env, cwd }: Launch,
  hooks: { onLine?: (line: string) => void; signal?: AbortSignal } = {}
): Promise<void> {
  const last: string[] = []
  const onLine = (line: string) => {
    last.push(line)
    if (last.length > keptLines) last.shift()
    hooks.onLine?.(line)
  }
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], signal: hooks.signal })
  readLines(child.stdout, onLine)
  readLines(child.stderr, onLine)
  const exit = await new Promise<Exit>((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => done({ code, signal }))
  })
  if (exit.code !== 0) throw new NotStarted(name, `${what} ${describeExit(exit)}`, last)
}
