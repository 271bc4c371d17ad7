import type { TokenStore, Tokens } from '@trainyard/client/session'

/** Between the tabs of one browser. A message never reaches another origin and lies on no disk. */
type Message = { kind: 'tokens'; tokens: Tokens } | { kind: 'ask' } | { kind: 'signed-out' }
type Options = {
  channel?: Pick<BroadcastChannel, 'postMessage'> & EventTarget
  /** Absent on plain HTTP outside of this machine. */
  locks?: Pick<LockManager, 'request'>
  /** Another tab has signed out, or lost the session. */
  onSignedOut: () => void
}

/** How long a tab without locks, and so perhaps without a cookie, waits for another tab's answer. */
const ANSWER_MS = 150
const LOCK = 'trainyard-refresh'

/**
 * The access token, in this tab's memory alone, handed to the other tabs whenever it is renewed. Tabs take turns at
 * renewing under a Web Lock; where there are none, two may renew at once and the server gives both the same successor.
 */
export function tabTokens({ channel, locks, onSignedOut }: Options): TokenStore {
  let kept: Tokens | undefined
  let answered: (() => void) | undefined
  const tell = (message: Message) => channel?.postMessage(message)
  // A refresh token that a page can read is its own tab's.
  const shared = ({ access, expiresAt, renewAt }: Tokens): Tokens => ({ access, expiresAt, renewAt })

  channel?.addEventListener('message', (event) => {
    const message = (event as MessageEvent<Message>).data
    if (message.kind === 'ask') {
      if (kept && kept.expiresAt > Date.now()) tell({ kind: 'tokens', tokens: shared(kept) })
    } else if (message.kind === 'tokens') {
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
      kept = tokens
      if (tokens) tell({ kind: 'tokens', tokens: shared(tokens) })
      else if (had) tell({ kind: 'signed-out' })
    },
    async exclusive(work) {
      if (locks) return (await locks.request(LOCK, work)) as Awaited<ReturnType<typeof work>>
      if (channel && !kept) await askOthers()
      return work()
    }
  }
}
