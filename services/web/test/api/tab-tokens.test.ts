import { ApiError } from '@trainyard/client/errors'
import { createSession, type Tokens } from '@trainyard/client/session'
import { describe, expect, test, vi } from 'vitest'
import { tabTokens } from '../../src/api/tab-tokens.ts'

/** Channels of one name, as the tabs of one browser have them: everybody but the sender hears it, a little later. */
function browser() {
  const tabs: EventTarget[] = []
  const channel = () => {
    const tab = new EventTarget()
    tabs.push(tab)
    return {
      postMessage(data: unknown) {
        for (const other of tabs)
          if (other !== tab) queueMicrotask(() => other.dispatchEvent(new MessageEvent('message', { data })))
      },
      addEventListener: tab.addEventListener.bind(tab)
    }
  }
  let last: Promise<unknown> = Promise.resolve()
  const locks = {
    request: (_name: string, work: () => Promise<void>) => {
      const mine = last.then(work)
      last = mine.catch(() => undefined)
      return mine
    }
  }
  const tab = ({ secure = true } = {}) => {
    const told = { signedOut: vi.fn(), otherPerson: vi.fn() }
    const store = tabTokens({
      channel: channel(),
      locks: secure ? locks : undefined,
      onSignedOut: told.signedOut,
      onOtherPerson: told.otherPerson
    })
    return { store, told }
  }
  return { tab }
}

let count = 0
const accessOf = (person: string) =>
  `h.${btoa(JSON.stringify({ sub: person, n: count++ })).replaceAll('=', '')}.s`
function tokensOf(person: string, more: Partial<Tokens> = {}): Tokens {
  const now = Date.now()
  return { access: accessOf(person), expiresAt: now + 900_000 + count, renewAt: now + 720_000, ...more }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('tabs of one person', () => {
  test('a renewed token reaches every tab that has one, without the refresh token', async () => {
    const { tab } = browser()
    const [a, b] = [tab(), tab()]
    b.store.set(tokensOf('ada', { expiresAt: Date.now() + 1_000 }))
    const fresh = tokensOf('ada', { refresh: 'secret' })
    a.store.set(fresh)
    await settle()
    expect(b.store.get()).toEqual({ ...fresh, refresh: undefined })
    expect(a.store.get()?.refresh).toBe('secret')
  })

  test('an older token does not replace a newer one', async () => {
    const { tab } = browser()
    const [a, b] = [tab(), tab()]
    const newer = tokensOf('ada')
    b.store.set(newer)
    a.store.set(tokensOf('ada', { expiresAt: Date.now() + 1_000 }))
    await settle()
    expect(b.store.get()).toEqual(newer)
  })

  test('many tabs renew at once and the server is asked once', async () => {
    const { tab } = browser()
    const tabs = Array.from({ length: 5 }, () => tab())
    const transport = vi.fn(async () =>
      Response.json({ user: { id: 'ada' }, token: accessOf('ada'), expires_in: 900 })
    )
    const stale = tokensOf('ada', { renewAt: 0, expiresAt: Date.now() + 1_000 })
    for (const { store } of tabs) store.set(stale)
    const sessions = tabs.map(({ store }) => createSession({ transport, store, cookie: true }))
    const tokens = await Promise.all(sessions.map((session) => session.token()))
    expect(transport).toHaveBeenCalledTimes(1)
    expect(new Set(tokens).size).toBe(1)
  })

  test('signing out in one tab is signing out in all, and told once', async () => {
    const { tab } = browser()
    const [a, b, guest] = [tab(), tab(), tab()]
    a.store.set(tokensOf('ada'))
    b.store.set(tokensOf('ada'))
    await settle()
    a.store.set(undefined)
    a.store.set(undefined)
    await settle()
    expect(b.store.get()).toBeUndefined()
    expect(b.told.signedOut).toHaveBeenCalledTimes(1)
    expect(a.told.signedOut).not.toHaveBeenCalled()
    expect(guest.told.signedOut).not.toHaveBeenCalled()
  })

  test('a tab that never was signed in signs nobody out', async () => {
    const { tab } = browser()
    const [a, guest] = [tab(), tab()]
    a.store.set(tokensOf('ada'))
    guest.store.set(undefined)
    await settle()
    expect(a.store.get()).toBeDefined()
  })

  test('without locks a new tab asks the others for a token before it asks the server', async () => {
    const { tab } = browser()
    const [a, b] = [tab({ secure: false }), tab({ secure: false })]
    const tokens = tokensOf('ada')
    a.store.set(tokens)
    await b.store.exclusive?.(async () => expect(b.store.get()?.access).toBe(tokens.access))
    const alone = browser().tab({ secure: false })
    expect(await alone.store.exclusive?.(async () => 'asked the server')).toBe('asked the server')
  })

  test('work that fails under the lock fails for its caller and frees the lock', async () => {
    const { store } = browser().tab()
    const failed = store.exclusive?.(() => Promise.reject(new Error('away')))
    await expect(failed).rejects.toThrow('away')
    expect(await store.exclusive?.(async () => 'next')).toBe('next')
  })
})

describe('another person in another tab', () => {
  test('a tab never takes their token, forgets its own and is told', async () => {
    const { tab } = browser()
    const [a, b] = [tab(), tab()]
    a.store.set(tokensOf('ada'))
    b.store.set(tokensOf('bob'))
    await settle()
    expect(a.store.get()).toBeUndefined()
    expect(a.told.otherPerson).toHaveBeenCalledTimes(1)
    expect(a.told.signedOut).not.toHaveBeenCalled()
  })

  test('a renewal by the shared cookie that brings their token fails, so that no request goes out as them', async () => {
    const { store, told } = browser().tab()
    store.set(tokensOf('ada', { renewAt: 0, expiresAt: 1 }))
    const transport = async () =>
      Response.json({ user: { id: 'bob' }, token: accessOf('bob'), expires_in: 900 })
    const session = createSession({ transport, store, cookie: true })
    await expect(session.token()).rejects.toBeInstanceOf(ApiError)
    expect(told.otherPerson).toHaveBeenCalled()
    await expect(session.token()).rejects.toBeInstanceOf(ApiError)
    expect(store.get()).toBeUndefined()
  })

  test('a page before sign-in is nobody yet: whoever signs in there is its person', async () => {
    const { tab } = browser()
    const [a, b] = [tab(), tab()]
    a.store.set(tokensOf('ada'))
    await settle()
    b.store.set(tokensOf('bob'))
    expect(b.told.otherPerson).not.toHaveBeenCalled()
    expect(b.store.get()).toBeDefined()
  })
})
