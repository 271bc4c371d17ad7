import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { callers, type Test, type World } from './world.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const preload = new URL('../../../../scripts/quick-imports.mjs', import.meta.url).href

/** The service as a process of its own, that can be killed. */
export async function spawned(t: Test, w: World, env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [`--import=${preload}`, main], {
    env: { ...w.env, LOG_LEVEL: 'fatal', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [ready] = (await once(child, 'message')) as [{ port: number; internal_port: number }]
  const at = (port: number) => `http://127.0.0.1:${port}`
  return { child, ...callers(at(ready.port), at(ready.internal_port), w.workerToken) }
}

/** A server's URL, with a proxy in between that misbehaves when told to. */
export async function behindProxy(t: Test, url: string) {
  const proxy = await faultProxy(t, Number(new URL(url).port))
  const through = new URL(url)
  through.port = String(proxy.port)
  return { proxy, url: through.href }
}

export const hasBell = (w: World, id: string, gen = 1) =>
  w.redis.client.exists(`bull:train-cpu:job-${id}-${gen}`).then((n) => n === 1)
