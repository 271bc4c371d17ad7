import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestContext } from './test-context.ts'

/**
 * - `pass`: bytes go through.
 * - `drop`: connections stay open and bytes vanish, in both directions, like a cable that was pulled.
 * - `reset`: open connections are reset and new ones too.
 */
export type FaultMode = 'pass' | 'drop' | 'reset'

export type FaultProxy = {
  port: number
  /** How many connections are open now. */
  connections: () => number
  set: (mode: FaultMode) => void
  /** Holds back every chunk by this many milliseconds, in both directions; 0 ends it. */
  delay: (ms: number) => void
  /** Resets each connection once this many more bytes went from client to server; undefined ends it. */
  cutAfter: (bytes: number | undefined) => void
  /** Ends open connections in order, as a server does that stops. */
  closeAll: () => void
}

type Faults = { mode: FaultMode; delayMs: number; cutAfter: number | undefined }

function passing(faults: Faults, counts: boolean, cut: () => void): Transform {
  let passed = 0
  return new Transform({
    async transform(chunk: Buffer, _encoding, done) {
      if (faults.delayMs > 0) await sleep(faults.delayMs, undefined, { ref: false })
      if (faults.mode === 'drop') return done()
      const left = counts && faults.cutAfter !== undefined ? faults.cutAfter - passed : chunk.length
      passed += chunk.length
      if (left >= chunk.length) return done(null, chunk)
      this.push(chunk.subarray(0, Math.max(0, left)))
      // One turn later, so that the allowed bytes are on their way before the reset.
      setImmediate(cut)
      done()
    }
  })
}

function join(client: Socket, upstream: Socket, faults: Faults) {
  const cut = () => {
    client.resetAndDestroy()
    upstream.resetAndDestroy()
  }
  client.on('error', () => upstream.destroy())
  upstream.on('error', () => client.resetAndDestroy())
  client.on('close', () => upstream.destroy())
  upstream.on('close', () => client.destroy())
  client.pipe(passing(faults, true, cut)).pipe(upstream)
  upstream.pipe(passing(faults, false, cut)).pipe(client)
}

/** A TCP proxy on 127.0.0.1 in front of `port` that misbehaves when told to. Closed when the test ends. */
export async function faultProxy(t: TestContext, port: number, host = '127.0.0.1'): Promise<FaultProxy> {
  const faults: Faults = { mode: 'pass', delayMs: 0, cutAfter: undefined }
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (faults.mode === 'reset') return void client.resetAndDestroy()
    open.add(client)
    client.once('close', () => open.delete(client))
    join(client, connect({ port, host, allowHalfOpen: true }), faults)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const closeAll = () => {
    for (const client of open) client.destroy()
  }
  t.teardown(async () => {
    const closed = new Promise((done) => server.close(done))
    closeAll()
    await closed
  })
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => open.size,
    set: (mode) => {
      faults.mode = mode
      if (mode === 'reset') for (const client of open) client.resetAndDestroy()
    },
    delay: (ms) => {
      faults.delayMs = ms
    },
    cutAfter: (bytes) => {
      faults.cutAfter = bytes
    },
    closeAll
  }
}
