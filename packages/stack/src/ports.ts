import { createServer } from 'node:net'

/**
 * Below 32768, where Linux begins to hand out ports to outgoing connections (macOS: 49152): a port from that range
 * can be gone when a process that was restarted wants it back.
 */
const lowest = 18_000
const highest = 32_767

/** Two callers in one process must not get the same port before either has bound it. */
const handedOut = new Set<number>()

/** Why `port` cannot be bound on `host`, as the system's error code; undefined when it can. */
export function bindProblem(port: number, host: string): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(undefined)))
  })
}

/** True when `port` can be bound now. */
export const canBind = async (port: number, host = '127.0.0.1') =>
  (await bindProblem(port, host)) === undefined

/** A TCP port that nothing listens on; never the same twice in one process. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1))
    if (handedOut.has(port) || !(await canBind(port, host))) continue
    handedOut.add(port)
    return port
  }
  throw new Error(`No free port between ${lowest} and ${highest} on ${host}`)
}
