import type { ConnectionState } from '@trainyard/client/live/connection'

/** What the pill shows. `retryAt` is on this machine's clock. */
export type Connection = {
  pill: 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline' | 'signed_out'
  retryAt: number | undefined
  /** Numbers may be old: `asOf` says from when they are, in milliseconds since 1970 on this machine's clock. */
  stale: boolean
  asOf: number | undefined
}
type Options = {
  now: () => number
  isOnline: () => boolean
  setTimer: (work: () => void, ms: number) => unknown
  clearTimer: (handle: unknown) => void
  /** When something of the server was last heard over the socket. */
  heardAt: () => number | undefined
}
export type ConnectionStore = ReturnType<typeof createConnectionStore>

/** Without news for this long, numbers say that they may be old. */
const STALE_MS = 15_000
/** Without a socket for this long, the page asks instead of listening. */
const POLLING_MS = 60_000

/** The one state of the connection, from the socket's, the browser's word on the network, and polling. */
export function createConnectionStore(options: Options) {
  const { now, isOnline } = options
  let socket: ConnectionState = { name: 'connecting' }
  let retryAt: number | undefined
  /** Since when there has been no socket. */
  let lostAt: number | undefined = now()
  let polledAt: number | undefined
  let timer: unknown
  const listeners = new Set<() => void>()
  let shown = read()

  function pill(): Connection['pill'] {
    if (socket.name === 'live') return 'live'
    if (socket.name === 'signed_out') return 'signed_out'
    if (!isOnline()) return 'offline'
    if (lostAt !== undefined && now() - lostAt >= POLLING_MS) return 'polling'
    return socket.name === 'reconnecting' ? 'reconnecting' : 'connecting'
  }

  function read(): Connection {
    const asOf = Math.max(options.heardAt() ?? 0, polledAt ?? 0) || undefined
    const live = socket.name === 'live'
    const since = Math.max(asOf ?? 0, lostAt ?? 0)
    // A socket that is lost was silent for a while before that was noticed.
    const silent = now() - (asOf ?? since) >= STALE_MS
    return { pill: pill(), retryAt, stale: !live && silent, asOf }
  }

  function update() {
    options.clearTimer(timer)
    timer = undefined
    if (socket.name !== 'live' && lostAt !== undefined) {
      const asOf = Math.max(options.heardAt() ?? lostAt, polledAt ?? 0)
      const next = [asOf + STALE_MS, lostAt + POLLING_MS].filter((at) => at > now())
      if (next.length > 0) timer = options.setTimer(update, Math.min(...next) - now() + 1)
    }
    const fresh = read()
    const same = (Object.keys(fresh) as (keyof Connection)[]).every((key) => fresh[key] === shown[key])
    if (same) return
    shown = fresh
    for (const listener of [...listeners]) listener()
  }
  update()

  return {
    get: () => shown,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    socketChanged(state: ConnectionState) {
      socket = state
      retryAt = state.name === 'reconnecting' ? now() + state.inMs : undefined
      if (state.name === 'live') lostAt = undefined
      else lostAt ??= now()
      update()
    },
    /** The browser says that the network came or went. */
    networkChanged: update,
    /** Asking has brought everything up to now. */
    polled() {
      polledAt = now()
      update()
    }
  }
}
