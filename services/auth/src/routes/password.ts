import { PasswordBody } from '@trainyard/contracts/auth'
import { ErrorBody } from '@trainyard/contracts/common'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import { endOtherSessions } from '../db/sessions.ts'
import { accountById, replacePasswordHash } from '../db/users.ts'
import type { Deps } from '../deps.ts'
import { securityEvent } from '../security-event.ts'

const wrong = () =>
  fail('WRONG_CREDENTIALS', {
    message: 'The current password is wrong.',
    details: [{ pointer: '/current_password', message: 'is wrong' }]
  })

/** Change the password: ends the other sessions, keeps this one. */
export function passwordRoutes(app: App, { db, passwords, rules, throttle, browser }: Deps) {
  app.post(
    '/api/auth/password',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'changePassword',
        tags: ['Accounts'],
        summary: 'Change the password and end all other sessions',
        security: [{ bearer: [] }],
        body: PasswordBody,
        response: { 204: Type.Null(), '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      browser.checkOrigin(req)
      const { sub, sid } = userOf(req)
      const { current_password: current, new_password: next } = req.body
      const account = await accountById(db, sub)
      if (!account) throw fail('UNAUTHENTICATED')
      const { passwordHash, user } = account
      rules(next, { pointer: '/new_password', email: user.email, name: user.name })
      const { succeeded } = await throttle.password(sub)
      if (!(await passwords.verify(passwordHash, current))) {
        securityEvent(req, 'password_refused', { user_id: sub, sid })
        throw wrong()
      }
      await succeeded()
      const newHash = await passwords.hash(next)
      await inTransaction(db, async (tx) => {
        if (!(await replacePasswordHash(tx, sub, passwordHash, newHash))) throw wrong()
        await endOtherSessions(tx, sub, sid, 'password')
      })
      securityEvent(req, 'password_changed', { user_id: sub, sid })
      return reply.code(204).send(null)
    }
  )
}
