import { ApiError } from '@trainyard/client/errors'
import type { TokenStore, Tokens } from '@trainyard/client/session'

/** Between the tabs of one browser. A message never reaches another origin and lies on no disk. */
type Message = { kind: 'tokens'; tokens: Tokens } | { kind: 'ask' } | { kind: 'signed-out' }
type Options = {
  channel?: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>
  /** Absent on plain HTTP outside of this machine. */
  locks?: { request: (name: string, work: () => Promise<void>) => Promise<unknown> }
  /** Another tab has signed out, or lost the session. */
  onSignedOut: () => void
  /** The browser's session is another person's now: what this tab shows and keeps is not theirs. */
  onOtherPerson: () => void
}

/** How long a tab without locks, and so perhaps without a cookie, waits for another tab's answer. */
const ANSWER_MS = 150
const LOCK = 'trainyard-refresh'

/**
 * The access token, in this tab's memory alone, handed to the other tabs whenever it is renewed. Tabs take turns at
 * renewing under a Web Lock; where there are none, two may renew at once and the server gives both the same successor.
 *
 * The cookie belongs to the whole browser, so another tab may sign in as somebody else. A tab takes tokens of one
 * person only, the first: with another one's it would go on over caches that are not theirs.
 */
export function tabTokens({ channel, locks, onSignedOut, onOtherPerson }: Options): TokenStore {
  let kept: Tokens | undefined
  let person: string | undefined
  let answered: (() => void) | undefined
  const tell = (message: Message) => channel?.postMessage(message)
  // A refresh token that a page can read is its own tab's.
  const shared = ({ access, expiresAt, renewAt }: Tokens): Tokens => ({ access, expiresAt, renewAt })

  /** Whether these tokens are of this tab's person, who is the first one seen. */
  function isOurs({ access }: Tokens): boolean {
    const subject = subjectOf(access)
    person ??= subject
    if (person === subject) return true
    kept = undefined
    onOtherPerson()
    return false
  }

  channel?.addEventListener('message', (event: MessageEvent<Message>) => {
    const message = event.data
    if (message.kind === 'ask') {
      if (kept && kept.expiresAt > Date.now()) tell({ kind: 'tokens', tokens: shared(kept) })
    } else if (message.kind === 'tokens') {
      // Nobody is signed in here and nobody asked: this tab signs in when it needs to.
      if (person === undefined && !answered) return
      if (!isOurs(message.tokens)) return
      if (!kept || message.tokens.expiresAt > kept.expiresAt)
        kept = { ...message.tokens, refresh: kept?.refresh }
      answered?.()
    } else if (kept) {
      kept = undefined
      onSignedOut()
    }
  })

  async function askOthers() {
    const answer = new Promise<void>((resolve) => {
      answered = resolve
    })
    tell({ kind: 'ask' })
    await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, ANSWER_MS))])
    answered = undefined
  }

  return {
    get: () => kept,
    set(tokens) {
      const had = kept !== undefined
      if (tokens && !isOurs(tokens)) throw otherPerson()
      kept = tokens
      if (tokens) tell({ kind: 'tokens', tokens: shared(tokens) })
      else if (had) tell({ kind: 'signed-out' })
    },
    async exclusive<T>(work: () => Promise<T>): Promise<T> {
      if (!locks) {
        if (channel && !kept) await askOthers()
        return work()
      }
      let outcome: Promise<T> | undefined
      await locks.request(LOCK, async () => {
        // The tab that had the lock before may have sent its token just now; it arrives in a turn of its own.
        await new Promise((resolve) => setTimeout(resolve, 0))
        outcome = work()
        await outcome.catch(() => undefined)
      })
      return outcome ?? work()
    }
  }
}

const otherPerson = () =>
  new ApiError({ status: 0, code: 'CLOSED', message: 'Somebody else signed in in another tab.' })

/** Whose token it is (RFC 7519 `sub`). Read, not verified: the server verifies. */
function subjectOf(token: string): string {
  const payload = token.split('.')[1] ?? ''
  try {
    return String(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub)
  } catch {
    return ''
  }
}
