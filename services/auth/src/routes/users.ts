import { LoginBody, RegisterBody, Session, User } from '@trainyard/contracts/auth'
import { ErrorBody } from '@trainyard/contracts/common'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { clientNetwork } from '../client-network.ts'
import {
  type Account,
  accountByEmail,
  accountById,
  holdPasswordHash,
  insertUser,
  normaliseEmail,
  replacePasswordHash
} from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { securityEvent } from '../security-event.ts'
import { sessionReply, signIn } from '../signed-in.ts'

/** Register, sign in, who am I. */
export function userRoutes(app: App, deps: Deps) {
  const { db, passwords, rules, throttle, browser, registration } = deps

  app.post(
    '/api/auth/register',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'register',
        tags: ['Accounts'],
        summary: 'Make an account and sign in',
        body: RegisterBody,
        response: { 201: Session, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      browser.isWeb(req)
      if (registration !== 'open') throw fail('REGISTRATION_CLOSED')
      const { password, name } = req.body
      const email = normaliseEmail(req.body.email)
      rules(password, { pointer: '/password', email, name })
      await throttle.register(clientNetwork(req))
      const passwordHash = await passwords.hash(password)
      const signedIn = await inTransaction(db, async (tx) => {
        const account = await insertUser(tx, { email, name, passwordHash, role: 'member' })
        if (!account) throw fail('EMAIL_TAKEN')
        return signIn(tx, account)
      })
      securityEvent(req, 'registered', { user_id: signedIn.account.user.id })
      reply.code(201)
      return sessionReply(deps, req, reply, signedIn)
    }
  )

  app.post(
    '/api/auth/login',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'login',
        tags: ['Accounts'],
        summary: 'Sign in',
        body: LoginBody,
        response: { 200: Session, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      browser.isWeb(req)
      const email = normaliseEmail(req.body.email)
      const { succeeded } = await throttle.login(email, clientNetwork(req))
      const account = await accountByEmail(db, email)
      if (!(await passwords.verify(account?.passwordHash, req.body.password)) || !account) {
        securityEvent(req, 'login_failed', { user_id: account?.user.id })
        throw fail('WRONG_CREDENTIALS')
      }
      await succeeded()
      const hash = await strongest(deps, account, req.body.password)
      const signedIn = await inTransaction(db, async (tx) => {
        // A password changed since it was checked ends every other session, so it must end this one too.
        if (!(await holdPasswordHash(tx, account.user.id, hash))) throw fail('WRONG_CREDENTIALS')
        return signIn(tx, account)
      })
      securityEvent(req, 'login_ok', { user_id: account.user.id, sid: signedIn.sid })
      return sessionReply(deps, req, reply, signedIn)
    }
  )

  app.get(
    '/api/auth/me',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'me',
        tags: ['Accounts'],
        summary: 'The signed-in user',
        security: [{ bearer: [] }],
        response: { 200: User, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req) => {
      const account = await accountById(db, userOf(req).sub)
      if (!account) throw fail('UNAUTHENTICATED')
      return account.user
    }
  )
}

/** Only a sign-in has the password at hand, so this is where an old hash is replaced by today's kind. */
async function strongest({ db, passwords }: Deps, { user, passwordHash }: Account, password: string) {
  if (!passwords.needsRehash(passwordHash)) return passwordHash
  const stronger = await passwords.hash(password)
  if (await replacePasswordHash(db, user.id, passwordHash, stronger)) return stronger
  // Another sign-in was quicker, or the password was changed: what is stored now must be of this one too.
  const now = await accountById(db, user.id)
  if (!now || !(await passwords.verify(now.passwordHash, password))) throw fail('WRONG_CREDENTIALS')
  return now.passwordHash
}
