import type { PlatformConfig } from '@trainyard/contracts/platform'
import { authApi } from './auth.ts'
import { datasetsApi } from './datasets.ts'
import { createLive, type LiveOptions } from './live/live.ts'
import { authorized, createSession, memoryStore, type TokenStore } from './session.ts'
import { trainingApi } from './training.ts'
import { type CallOptions, createTransport, jsonOf } from './transport.ts'

export type ClientOptions = {
  /** Where the platform is: `https://host[:port]`. */
  baseUrl: string
  fetch?: typeof fetch
  WebSocket?: typeof WebSocket
  /** Where tokens are kept; in memory unless given. */
  tokens?: TokenStore
  /** Signs in with an API key (`ty_…`) instead of a session. */
  apiKey?: string
  /** For pages of the platform itself: the refresh token stays in a cookie that scripts cannot read. */
  cookie?: boolean
}
export type Client = ReturnType<typeof createClient>

/** Everything the platform can do, typed. Browser-safe: it needs `fetch` and, for `live()`, `WebSocket`. */
export function createClient(options: ClientOptions) {
  const { baseUrl, apiKey, tokens = memoryStore(), cookie = false } = options
  const headers: Record<string, string> = cookie ? { 'x-trainyard-client': 'web' } : {}
  // Called through an arrow, because browsers refuse a `fetch` whose `this` is not the window.
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init))
  const open = createTransport({
    baseUrl,
    fetch: send,
    headers,
    credentials: cookie ? 'same-origin' : undefined
  })
  const session = createSession({ transport: open, store: tokens, apiKey, cookie })
  const signedIn = authorized(open, session)

  return {
    auth: authApi(open, signedIn, session),
    datasets: datasetsApi(signedIn),
    training: trainingApi(signedIn),
    config: async (call?: CallOptions): Promise<PlatformConfig> =>
      jsonOf(await open({ ...call, method: 'GET', path: '/api/config', repeatable: true })),
    /** A token that lives on for a while, for a request that this client cannot make: an upload that shows its progress. */
    token: () => session.token(),
    /** A socket for live updates; it connects with the first subscription and stays until `close()`. */
    live: (live: LiveOptions = {}) =>
      createLive({ url: socketUrl(baseUrl), session, WebSocket: options.WebSocket ?? WebSocket, ...live })
  }
}

function socketUrl(baseUrl: string): string {
  const url = new URL('/ws', baseUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}
