import type {
  LoginBody,
  RegisterBody,
  Session as SessionReply,
  SetupBody,
  SetupNeeded,
  User,
  WsTicket
} from '@trainyard/contracts/auth'
import { ApiError } from './errors.ts'
import type { Session } from './session.ts'
import { type CallOptions, jsonOf, type Transport } from './transport.ts'

export type AuthApi = ReturnType<typeof authApi>

/** Accounts. Register, login and setup sign the client in; what they return is the user. */
export function authApi(open: Transport, signedIn: Transport, session: Session) {
  const enter = async (path: string, json: unknown, options?: CallOptions): Promise<User> =>
    session.adopt(await jsonOf<SessionReply>(await open({ ...options, method: 'POST', path, json })))

  return {
    register: (body: RegisterBody, options?: CallOptions) => enter('/api/auth/register', body, options),
    login: (body: LoginBody, options?: CallOptions) => enter('/api/auth/login', body, options),
    setup: (body: SetupBody, options?: CallOptions) => enter('/api/auth/setup', body, options),
    /** Before anybody signs in: whether the first administrator is missing, and who may make an account. */
    entry: async (options?: CallOptions): Promise<SetupNeeded> =>
      jsonOf(await open({ ...options, method: 'GET', path: '/api/auth/setup', repeatable: true })),
    me: async (options?: CallOptions): Promise<User> =>
      jsonOf(await signedIn({ ...options, method: 'GET', path: '/api/auth/me', repeatable: true })),
    /** Renews the session now; it happens by itself before a token ends. */
    refresh: async (): Promise<void> => {
      await session.renew()
    },
    /** Ends the session here and on the server. A session that had ended already is no error. */
    logout: async (options?: CallOptions): Promise<void> => {
      try {
        await signedIn({ ...options, method: 'POST', path: '/api/auth/logout', repeatable: true })
      } catch (err) {
        if (!(err instanceof ApiError) || err.status !== 401) throw err
      } finally {
        session.clear()
      }
    },
    /** Ends all other sessions; this one goes on. */
    changePassword: async (
      body: { current_password: string; new_password: string },
      options?: CallOptions
    ): Promise<void> => {
      await signedIn({ ...options, method: 'POST', path: '/api/auth/password', json: body })
    },
    /** For a socket that this client does not open itself: one use, 30 s. */
    wsTicket: async (options?: CallOptions): Promise<WsTicket> =>
      jsonOf(await signedIn({ ...options, method: 'POST', path: '/api/auth/ws-ticket', repeatable: true })),
    /** Administrators: the cookie for the queue dashboard. */
    boardSession: async (options?: CallOptions): Promise<void> => {
      await signedIn({ ...options, method: 'POST', path: '/api/auth/board-session', repeatable: true })
    },
    isSignedIn: session.isSignedIn,
    onChange: session.onChange
  }
}
