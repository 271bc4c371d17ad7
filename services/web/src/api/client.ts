import { createClient } from '@trainyard/client/client'
import { leave } from './leave.ts'
import { serverClock } from './server-clock.ts'
import { tabTokens } from './tab-tokens.ts'

const { location, navigator } = globalThis
const tokens = tabTokens({
  channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('trainyard-session'),
  locks: navigator?.locks,
  onSignedOut: () => leave({ next: `${location.pathname}${location.search}` }),
  // Loaded anew: nothing of the first person stays in memory.
  onOtherPerson: () => location.assign('/')
})

/** The one client of this tab: its refresh token lies in a cookie that no script reads. */
export const client = createClient({
  baseUrl: location.origin,
  cookie: true,
  tokens,
  fetch: serverClock.watching((input, init) => fetch(input, init))
})
