import type { Session as SessionReply, User } from '@trainyard/contracts/auth'
import { ApiError } from './errors.ts'
import { type CallOptions, jsonOf, type Transport } from './transport.ts'

/** `expiresAt` and `renewAt` are milliseconds since 1970 on this machine's clock. */
export type Tokens = { access: string; refresh?: string; expiresAt: number; renewAt: number }

/**
 * Where tokens live. `exclusive` runs `work` while no other holder of the same store does (a Web Lock, say), so that
 * two tabs do not refresh at once; the store is read again inside.
 */
export type TokenStore = {
  get: () => Tokens | undefined
  set: (tokens: Tokens | undefined) => void
  exclusive?: <T>(work: () => Promise<T>) => Promise<T>
}

export function memoryStore(): TokenStore {
  let kept: Tokens | undefined
  return {
    get: () => kept,
    set: (tokens) => {
      kept = tokens
    }
  }
}

export type Session = ReturnType<typeof createSession>
type Options = { transport: Transport; store: TokenStore; apiKey?: string; cookie: boolean }

/** A token is renewed after this part of its life. */
const RENEW_AFTER = 0.8

/** The access token, renewed before it ends, by one request however many callers wait for it. */
export function createSession({ transport, store, apiKey, cookie }: Options) {
  let renewing: Promise<string> | undefined
  const listeners = new Set<(user: User | undefined) => void>()

  function adopt({ user, token, expires_in, refresh_token }: SessionReply): User {
    const now = Date.now()
    store.set({
      access: token,
      refresh: refresh_token,
      expiresAt: now + expires_in * 1_000,
      renewAt: now + expires_in * 1_000 * RENEW_AFTER
    })
    for (const listener of listeners) listener(user)
    return user
  }

  function clear() {
    store.set(undefined)
    for (const listener of listeners) listener(undefined)
  }

  async function refresh(stale: string | undefined): Promise<string> {
    const current = store.get()
    // Another tab or caller was faster.
    if (current && current.access !== stale && current.renewAt > Date.now()) return current.access
    if (!cookie && current?.refresh === undefined) throw signedOut()
    const json = current?.refresh === undefined ? {} : { refresh_token: current.refresh }
    try {
      // Safe to repeat: a spent token gets the same successor for ten seconds.
      const response = await transport({ method: 'POST', path: '/api/auth/refresh', json, repeatable: true })
      const reply = await jsonOf<SessionReply>(response)
      adopt(reply)
      return reply.token
    } catch (err) {
      if (err instanceof ApiError && err.status === 401) clear()
      throw err
    }
  }

  function renew(): Promise<string> {
    const stale = store.get()?.access
    const exclusive = store.exclusive ?? ((work) => work())
    renewing ??= exclusive(() => refresh(stale)).finally(() => {
      renewing = undefined
    })
    return renewing
  }

  return {
    adopt,
    clear,
    renew: () => (apiKey === undefined ? renew() : Promise.resolve(apiKey)),
    /** A token that lives on for a while. Throws `UNAUTHENTICATED` when nobody is signed in. */
    async token(): Promise<string> {
      if (apiKey !== undefined) return apiKey
      const kept = store.get()
      if (kept && kept.renewAt > Date.now()) return kept.access
      try {
        return await renew()
      } catch (err) {
        // Renewal failed, but what is there still works; the next call tries again.
        if (kept && kept.expiresAt > Date.now() && err instanceof ApiError && err.status !== 401)
          return kept.access
        throw err
      }
    },
    /** When the token should be renewed; undefined for an API key, which does not end. */
    renewAt: () => (apiKey === undefined ? store.get()?.renewAt : undefined),
    isSignedIn: () => apiKey !== undefined || store.get() !== undefined,
    /** Told of every sign-in, renewal and sign-out (undefined). */
    onChange(listener: (user: User | undefined) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}

const signedOut = () => new ApiError({ status: 401, code: 'UNAUTHENTICATED', message: 'Sign in first.' })

/** Sends with the session's token; a token that was refused is renewed once. */
export function authorized(transport: Transport, session: Session): Transport {
  return async (request) => {
    const send = (token: string) =>
      transport({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } })
    const token = await session.token()
    try {
      return await send(token)
    } catch (err) {
      // A stream that was read cannot be sent again.
      const spent = request.body instanceof ReadableStream
      if (!(err instanceof ApiError) || err.code !== 'UNAUTHENTICATED' || spent) throw err
      const fresh = await session.renew()
      if (fresh === token) throw err
      return await send(fresh)
    }
  }
}

export type { CallOptions }
