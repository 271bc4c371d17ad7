import type { ErrorBody, ErrorDetail } from '@trainyard/contracts/common'
import { ERRORS, type ErrorCode } from '@trainyard/contracts/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseAway } from './database-away.ts'
import { AppError, fail } from './errors.ts'
import type { App } from './server.ts'

/** Every refusal leaves as `{ error: { code, message, details, request_id } }`; a 5xx says nothing and logs everything. */
export function errorHandling(app: App) {
  app.decorateRequest('failure', undefined)
  app.setNotFoundHandler(async () => {
    throw fail('NOT_FOUND')
  })
  app.setErrorHandler((err: FastifyError | AppError | ShapeError, req, reply) => {
    const refusal = asAppError(err, req)
    if (refusal.status >= 500) req.failure = { err, code: refusal.code }
    return sendError(req, reply, refusal)
  })
}

export function sendError(req: FastifyRequest, reply: FastifyReply, error: AppError) {
  const { code, status, details, retryAfter } = error
  if (retryAfter !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfter))))
  const message = status === 500 ? ERRORS.INTERNAL.message : error.message
  const body: ErrorBody = { error: { code, message, details, request_id: req.id } }
  return reply.code(status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body)
}

const BY_STATUS: Record<number, ErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  415: 'UNSUPPORTED_MEDIA',
  429: 'TOO_MANY_REQUESTS',
  503: 'UNAVAILABLE'
}

function asAppError(err: FastifyError | AppError | ShapeError, req: FastifyRequest): AppError {
  if (err instanceof AppError) return err
  if (err instanceof ShapeError) return shapeError(err, req)
  const status = err.statusCode ?? 500
  if (status === 413) {
    const message = `The body of this request may have ${req.routeOptions.bodyLimit} bytes; send less.`
    return fail('TOO_LARGE', { message, cause: err })
  }
  if (status >= 400 && status < 500) return fail(BY_STATUS[status] ?? 'BAD_REQUEST', { cause: err })
  if (status === 503) return fail('UNAVAILABLE', { cause: err })
  return fail(isDatabaseAway(err) ? 'UNAVAILABLE' : 'INTERNAL', { cause: err })
}

/** What a validator throws: a value that does not have the shape of its schema. Fastify notes which part it was. */
export class ShapeError extends Error {
  readonly details: ErrorDetail[]
  validationContext?: string
  constructor(details: ErrorDetail[]) {
    super('not of the shape that was asked for')
    this.details = details
  }
}

function shapeError({ validationContext, details }: ShapeError, req: FastifyRequest): AppError {
  // A malformed id is as absent as an unknown one, so that ids tell nothing.
  if (validationContext === 'params') return fail(notFoundCode(req))
  return fail('VALIDATION', { details })
}

const notFoundCode = (req: FastifyRequest): ErrorCode => req.routeOptions.config.notFound ?? 'NOT_FOUND'

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the answer is a 5xx; the line about the request says it. */
    failure: { err: unknown; code: ErrorCode } | undefined
  }
  interface FastifyContextConfig {
    /** Code of the 404 that a malformed id gets, so that it equals the one of an unknown id. */
    notFound?: ErrorCode
  }
}
