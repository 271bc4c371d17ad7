import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { projectRoot } from './paths.ts'
import { bindProblem } from './ports.ts'
import { readLines } from './processes/read-lines.ts'
import { Sentence } from './sentence.ts'

type Options = {
  /** Where REST and sockets go. */
  gateway: string
  port: number
  env: NodeJS.ProcessEnv
  say: (line: string) => void
}

const host = '127.0.0.1'

/** Addresses under which a browser may open the pages of the development server. */
export const devAddresses = (port: number) => [`http://${host}:${port}`, `http://localhost:${port}`]

export async function refuseTakenDevPort(port: number) {
  if (!(await bindProblem(port, host))) return
  throw new Sentence(
    `Port ${port} is taken. Choose another one for the pages: npm run dev -- --pages-port ${port + 1}`
  )
}

/** Vite's server, which gives a browser each changed module at once. Gives what stops it. */
export function startDevPages({ gateway, port, env, say }: Options) {
  const web = join(projectRoot, 'services/web')
  const vite = join(web, 'node_modules/vite/bin/vite.js')
  const child = spawn(
    process.execPath,
    [vite, '--port', String(port), '--strictPort', '--clearScreen', 'false'],
    {
      cwd: web,
      env: { ...env, TRAINYARD_GATEWAY: gateway },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  const exited = once(child, 'exit')
  readLines(child.stdout, (line) => line.trim() && say(`  pages     ${line.trim()}`))
  readLines(child.stderr, (line) => say(`  pages     ${line}`))
  return async () => {
    child.kill('SIGTERM')
    await exited
  }
}
