import type { ClientMessage, ServerMessage } from '@trainyard/contracts/live'
import { ApiError } from '../errors.ts'
import type { Session } from '../session.ts'
import { jitter } from '../wait.ts'

/** `reconnecting` says in how many milliseconds. `signed_out` lasts until something is subscribed to again; `closed` is final. */
export type ConnectionState =
  | { name: 'idle' | 'connecting' | 'live' | 'signed_out' | 'closed' }
  | { name: 'reconnecting'; inMs: number }

export type ConnectionOptions = {
  url: string
  session: Pick<Session, 'token' | 'renew' | 'renewAt'>
  WebSocket: typeof WebSocket
  /** Signed in: subscriptions are sent anew. */
  onLive: () => void
  onMessage: (message: ServerMessage) => void
  onState: (state: ConnectionState) => void
  /** Without an answer for this long, a socket is given up. */
  silenceMs?: number
  answerMs?: number
  backoffCapMs?: number
  backoffBaseMs?: number
}
export type Connection = ReturnType<typeof createConnection>

/** The server's close code for a token that is missing, expired or revoked. */
const UNAUTHENTICATED = 4401
/**
 * A page cannot send or see a ping, so a cable that was pulled looks like silence. Leaving a job that nobody watches
 * costs the server nothing, and is answered.
 */
const PROBE: ClientMessage = { type: 'unsubscribe_job', job_id: '00000000-0000-0000-0000-000000000000' }
/** A connection that held this long was a good one: the next failure starts from a short wait. */
const STABLE_MS = 10_000
const isProbeAnswer = (message: ServerMessage) =>
  message.type === 'unsubscribed' && message.job_id === PROBE.job_id

/** One signed-in socket, made again for ever: full-jitter backoff, fresh token in-band, 4401 renews the token once. */
export function createConnection(options: ConnectionOptions) {
  const { url, session, onLive, onMessage } = options
  const { silenceMs = 25_000, answerMs = 10_000, backoffCapMs = 30_000, backoffBaseMs = 1_000 } = options
  let state: ConnectionState = { name: 'idle' }
  let socket: WebSocket | undefined
  let failures = 0
  /** The last socket was refused as unauthenticated; once more, and the session has ended. */
  let refused = false
  let liveSince = 0
  let heardAt: number | undefined
  const timers = new Map<'retry' | 'watchdog' | 'renew', ReturnType<typeof setTimeout>>()

  function set(next: ConnectionState) {
    state = next
    options.onState(next)
  }
  function schedule(name: 'retry' | 'watchdog' | 'renew', ms: number, work: () => void) {
    clearTimeout(timers.get(name))
    timers.set(name, setTimeout(work, ms))
  }
  function cancelAll() {
    for (const timer of timers.values()) clearTimeout(timer)
    timers.clear()
  }
  const isFinal = () => state.name === 'closed' || state.name === 'signed_out'

  /** From here on nothing of this socket counts, whenever its close event comes. */
  function drop() {
    const old = socket
    socket = undefined
    cancelAll()
    old?.close(1000)
  }

  function end(name: 'closed' | 'signed_out') {
    drop()
    refused = false
    set({ name })
  }

  function retry() {
    drop()
    if (isFinal()) return
    if (state.name === 'live' && performance.now() - liveSince > STABLE_MS) failures = 0
    const inMs = jitter(failures, backoffCapMs, backoffBaseMs)
    failures += 1
    set({ name: 'reconnecting', inMs })
    schedule('retry', inMs, () => void connect())
  }

  async function connect() {
    set({ name: 'connecting' })
    let token: string
    try {
      token = refused ? await session.renew() : await session.token()
    } catch (err) {
      if (state.name !== 'connecting') return
      return err instanceof ApiError && err.status === 401 ? end('signed_out') : retry()
    }
    // Closed or paused meanwhile, or a second call was faster.
    if (state.name !== 'connecting' || socket) return
    open(token)
  }

  function open(token: string) {
    const opened = new options.WebSocket(url)
    socket = opened
    const isCurrent = () => socket === opened
    schedule('watchdog', answerMs, retry)
    opened.addEventListener('open', () => {
      if (isCurrent()) send({ type: 'authenticate', token })
    })
    opened.addEventListener('message', ({ data }) => {
      if (isCurrent()) receive(data)
    })
    opened.addEventListener('close', ({ code }) => {
      if (!isCurrent()) return
      if (code === UNAUTHENTICATED && refused) return end('signed_out')
      refused = code === UNAUTHENTICATED
      retry()
    })
    // A close event follows every error.
    opened.addEventListener('error', () => undefined)
  }

  function receive(data: unknown) {
    const message = parse(data)
    if (!message) return retry()
    heardAt = Date.now()
    schedule('watchdog', silenceMs, probe)
    if (message.type === 'authenticated') signedIn()
    else if (!isProbeAnswer(message)) onMessage(message)
  }

  function signedIn() {
    refused = false
    const renewAt = session.renewAt()
    if (renewAt !== undefined) schedule('renew', Math.max(100, renewAt - Date.now()), () => void renew())
    if (state.name === 'live') return
    liveSince = performance.now()
    set({ name: 'live' })
    onLive()
  }

  function probe() {
    send(PROBE)
    schedule('watchdog', answerMs, retry)
  }

  async function renew() {
    const before = socket
    try {
      const token = await session.token()
      if (socket === before) send({ type: 'authenticate', token })
    } catch {
      // The old token still holds for a while; when it ends, the server closes and connecting asks again.
      if (socket === before) schedule('renew', 5_000, () => void renew())
    }
  }

  function send(message: ClientMessage) {
    if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(message))
  }

  return {
    state: () => state,
    isLive: () => state.name === 'live',
    send,
    /** When the server was last heard, in milliseconds since 1970. */
    heardAt: () => heardAt,
    /** Connects, if it is not connected or about to be. */
    start() {
      if (state.name === 'closed') throw closed()
      if (state.name === 'idle' || state.name === 'signed_out') void connect()
    },
    /** Does not wait for the backoff: the network is back, or a person asked. */
    retryNow() {
      if (state.name !== 'reconnecting') return
      cancelAll()
      void connect()
    },
    /** Leaves the socket until `start`, keeping every place in its stream: for a page that is put aside. */
    pause() {
      if (isFinal()) return
      drop()
      set({ name: 'idle' })
    },
    close() {
      if (state.name !== 'closed') end('closed')
    }
  }
}

export const closed = () => new ApiError({ status: 0, code: 'CLOSED', message: 'The socket was closed.' })

function parse(data: unknown): ServerMessage | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(data)
    return isMessage(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What the arithmetic on `seq` rests on; the rest is the server's word. */
function isMessage(value: unknown): value is ServerMessage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  if (value.type !== 'job_update') return typeof value.type === 'string'
  return 'job_id' in value && 'seq' in value && Number.isSafeInteger(value.seq)
}
