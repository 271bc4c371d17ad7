import { createClient } from '@trainyard/client/client'
import { leave } from './leave.ts'
import { serverClock } from './server-clock.ts'
import { tabTokens } from './tab-tokens.ts'

const tokens = tabTokens({
  channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('trainyard-session'),
  locks: globalThis.navigator?.locks,
  onSignedOut: () => leave()
})

/** The one client of this tab: its refresh token lies in a cookie that no script reads. */
export const client = createClient({
  baseUrl: globalThis.location.origin,
  cookie: true,
  tokens,
  fetch: serverClock.watching((input, init) => fetch(input, init))
})
