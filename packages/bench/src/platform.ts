import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export type Platform = { url: string; pid: number; readyMs: number; stop: () => Promise<void> }

/** `npm start` as a person types it, until `/readyz` answers. `readyMs` counts from the command. */
export async function npmStart(dataDir: string): Promise<Platform> {
  const port = await freePort()
  const started = performance.now()
  const child = spawn('npm', ['start', '--silent', '--', '--port', String(port), '--data', dataDir], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true
  })
  const url = `http://127.0.0.1:${port}`
  try {
    await ready(url, child)
  } catch (err) {
    await stop(child)
    throw err
  }
  return { url, pid: child.pid ?? 0, readyMs: performance.now() - started, stop: () => stop(child) }
}

async function ready(url: string, child: ChildProcess) {
  const deadline = performance.now() + 120_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`)
    const ok = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      (res) => res.ok,
      () => false
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the platform was not ready within two minutes')
}

/** As Ctrl-C in a terminal: the signal goes to the whole foreground group. */
async function stop(child: ChildProcess) {
  if (child.exitCode !== null || !child.pid) return
  const exit = once(child, 'exit')
  process.kill(-child.pid, 'SIGINT')
  await exit
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
