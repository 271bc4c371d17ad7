import type { AccessClaims } from '@trainyard/contracts/auth'
import type { WebSocket } from 'ws'
import type { LiveDeps } from './deps.ts'
import type { LiveLimits } from './limits.ts'
import { tokenBucket } from './rate.ts'
import { createSocket, type LiveSocket, type SocketDeps } from './socket.ts'

type Deps = Omit<SocketDeps, 'admit'> & Pick<LiveDeps, 'onRevoked'>

/** How many checks are under way at once, where auth must be asked for each. */
const CHECKS = 16

/** Every socket of this gateway: how many there may be, and the clocks that end them. */
export function createSockets(deps: Deps) {
  const { limits, log } = deps
  const open = new Set<LiveSocket>()
  const perUser = new Map<string, number>()
  const upgrades = tokenBucket(limits.upgradesPerSecond, limits.upgradeBurst)

  function admit(userId: string) {
    const count = perUser.get(userId) ?? 0
    if (count >= limits.socketsPerUser) return false
    perUser.set(userId, count + 1)
    return true
  }

  function forget(socket: LiveSocket) {
    open.delete(socket)
    const userId = socket.userId()
    if (userId === undefined) return
    const count = (perUser.get(userId) ?? 1) - 1
    if (count > 0) perUser.set(userId, count)
    else perUser.delete(userId)
  }

  async function checkRevoked() {
    const left = [...open]
    const worker = async () => {
      for (let socket = left.pop(); socket; socket = left.pop()) await socket.checkRevoked()
    }
    await Promise.all(Array.from({ length: CHECKS }, worker))
  }
  let checking = false
  async function sweep() {
    if (checking) return
    checking = true
    await checkRevoked().catch((err: unknown) => log.warn({ err }, 'cannot check for revoked sessions'))
    checking = false
  }

  const timers = [
    setInterval(() => {
      for (const socket of open) socket.tick()
    }, limits.tickMs),
    setInterval(() => void sweep(), limits.revocationMs)
  ]
  const stopListening = deps.onRevoked(() => void sweep())

  return {
    hasRoom: () => open.size < limits.sockets && upgrades.take(),
    add(ws: WebSocket, fromTicket: AccessClaims | undefined) {
      const socket = createSocket(ws, { ...deps, admit }, fromTicket)
      open.add(socket)
      ws.once('close', () => forget(socket))
    },
    size: () => open.size,
    /** Tells every client to come back, and ends those that do not hear it. */
    async close(limits: Pick<LiveLimits, 'goodbyeMs'>) {
      for (const timer of timers) clearInterval(timer)
      stopListening()
      for (const socket of open) socket.end('restart')
      const deadline = performance.now() + limits.goodbyeMs
      while (open.size > 0 && performance.now() < deadline) await new Promise((done) => setTimeout(done, 10))
      for (const socket of open) socket.terminate()
    }
  }
}
