import { Session, SetupBody, SetupNeeded } from '@trainyard/contracts/auth'
import { ErrorBody } from '@trainyard/contracts/common'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { clientNetwork } from '../client-network.ts'
import { setupTokenIsValid, takeSetupToken } from '../db/setup-tokens.ts'
import { adminExists, insertUser, normaliseEmail } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { securityEvent } from '../security-event.ts'
import { lockSetup, withdrawSetup } from '../setup-token.ts'
import { sessionReply, signIn } from '../signed-in.ts'
import { sha256 } from '../tokens.ts'

/** The first administrator, made by whoever can read the one-time token. */
export function setupRoutes(app: App, deps: Deps) {
  const { db, passwords, rules, throttle, browser, registration, setupFile } = deps

  app.get(
    '/api/auth/setup',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'setupNeeded',
        tags: ['Accounts'],
        summary: 'Whether the platform still lacks its first administrator, and who may make an account',
        response: { 200: SetupNeeded, '5xx': ErrorBody }
      }
    },
    async () => ({ needed: !(await adminExists(db)), registration })
  )

  app.post(
    '/api/auth/setup',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'setup',
        tags: ['Accounts'],
        summary: 'Make the first administrator',
        body: SetupBody,
        response: { 201: Session, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      browser.isWeb(req)
      if (await adminExists(db)) throw fail('SETUP_DONE')
      const token = sha256(req.body.token)
      // Looked at before the password is hashed: strangers must not make us work.
      if (!(await setupTokenIsValid(db, token))) {
        securityEvent(req, 'setup_refused')
        await throttle.wrongSecret(clientNetwork(req))
        throw fail('SETUP_TOKEN_INVALID')
      }
      const { password, name } = req.body
      const email = normaliseEmail(req.body.email)
      rules(password, { pointer: '/password', email, name })
      const passwordHash = await passwords.hash(password)
      const signedIn = await inTransaction(db, async (tx) => {
        await lockSetup(tx)
        if (await adminExists(tx)) throw fail('SETUP_DONE')
        if (!(await takeSetupToken(tx, token))) throw fail('SETUP_TOKEN_INVALID')
        const account = await insertUser(tx, { email, name, passwordHash, role: 'admin' })
        // Rolls back, so the token is good for another try.
        if (!account) throw fail('EMAIL_TAKEN', { message: TAKEN })
        return signIn(tx, account)
      })
      securityEvent(req, 'setup_done', { user_id: signedIn.account.user.id })
      await withdrawSetup(setupFile)
      reply.code(201)
      return sessionReply(deps, req, reply, signedIn)
    }
  )
}

const TAKEN = 'A member with this e-mail exists; use another e-mail for the administrator.'
