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

/** Who did what from where, under one name a log search can count. Never a secret, never an e-mail. */
export function securityEvent(
  req: FastifyRequest,
  event: Event,
  fields: { user_id?: string; sid?: string } = {}
) {
  req.log.info({ event, ...fields, network: clientNetwork(req), request_id: req.id }, 'security event')
}
