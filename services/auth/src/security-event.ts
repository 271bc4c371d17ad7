import type { ErrorCode } from '@trainyard/contracts/errors'
import { AppError } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import type { FastifyRequest } from 'fastify'
import { clientNetwork } from './client-network.ts'

type Event =
  | 'registered'
  | 'login_ok'
  | 'login_failed'
  | 'refresh_refused'
  | 'refresh_reuse'
  | 'logout'
  | 'password_changed'
  | 'password_refused'
  | 'setup_done'
  | 'setup_refused'
  | 'board_opened'
  | 'throttled'
  | 'origin_refused'
  | 'role_refused'

/** Who did what from where, under one name a log search can count. Never a secret, never an e-mail. */
export function securityEvent(
  req: FastifyRequest,
  event: Event,
  fields: { user_id?: string; sid?: string } = {}
) {
  req.log.info({ event, ...fields, network: clientNetwork(req) }, 'security event')
}

const REFUSALS: Partial<Record<ErrorCode, Event>> = {
  TOO_MANY_REQUESTS: 'throttled',
  ORIGIN_REFUSED: 'origin_refused',
  FORBIDDEN: 'role_refused'
}

/** Refusals that no route answers by itself are events too. */
export function logRefusals(app: App) {
  app.addHook('onError', async (req, _reply, error: Error) => {
    const event = error instanceof AppError ? REFUSALS[error.code] : undefined
    if (event) securityEvent(req, event, { user_id: req.user?.sub })
  })
}
