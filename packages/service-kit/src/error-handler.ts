import type { ErrorBody, ErrorDetail } from '@trainyard/contracts/common'
import { ERRORS, type ErrorCode } from '@trainyard/contracts/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseAway } from './database-away.ts'
import { AppError, fail } from './errors.ts'
import type { App } from './server.ts'

/** Every refusal leaves as `{ error: { code, message, details, request_id } }`; a 5xx says nothing and logs everything. */
export function errorHandling(app: App) {
  app.setNotFoundHandler(async () => {
    throw fail('NOT_FOUND')
  })
  app.setErrorHandler((err: FastifyError | AppError, req, reply) => {
    const refusal = asAppError(err, req)
    if (refusal.status >= 500)
      req.log.error({ err, code: refusal.code, request_id: req.id }, 'request failed')
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
  413: 'TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA',
  429: 'TOO_MANY_REQUESTS',
  503: 'UNAVAILABLE'
}

function asAppError(err: FastifyError | AppError, req: FastifyRequest): AppError {
  if (err instanceof AppError) return err
  if (err.validation) return validationError(err, req)
  const status = err.statusCode ?? 500
  if (status >= 400 && status < 500) return fail(BY_STATUS[status] ?? 'BAD_REQUEST', { cause: err })
  if (status === 503) return fail('UNAVAILABLE', { cause: err })
  return fail(isDatabaseAway(err) ? 'UNAVAILABLE' : 'INTERNAL', { cause: err })
}

type Fault = NonNullable<FastifyError['validation']>[number]

function validationError(err: FastifyError, req: FastifyRequest): AppError {
  // A malformed id is as absent as an unknown one, so that ids tell nothing.
  if (err.validationContext === 'params') return fail(notFoundCode(req))
  return fail('VALIDATION', { details: faultsToDetails(err.validation ?? []) })
}

const notFoundCode = (req: FastifyRequest): ErrorCode => req.routeOptions.config.notFound ?? 'NOT_FOUND'

/** At most 50 entries, one a field: the field's own pointer for one that is missing or unknown. */
export function faultsToDetails(faults: Fault[]): ErrorDetail[] {
  const byPointer = new Map<string, string[]>()
  for (const { pointer, message } of faults.flatMap(expand)) {
    const messages = byPointer.get(pointer) ?? []
    if (messages.length === 0 && byPointer.size >= 50) break
    if (messages.length < 4 && !messages.includes(message)) messages.push(message)
    byPointer.set(pointer, messages)
  }
  return [...byPointer].map(([pointer, messages]) => ({ pointer, message: messages.join(' or ') }))
}

function expand({ keyword, instancePath, params, message }: Fault): ErrorDetail[] {
  const named = (list: unknown, text: string) =>
    [list].flat().map((name) => ({
      pointer: `${instancePath}/${escapePointer(String(name).slice(0, 200))}`,
      message: text
    }))
  switch (keyword) {
    case 'additionalProperties':
      return named(params.additionalProperties, 'is not a known field')
    case 'required':
      return named(params.requiredProperties ?? params.missingProperty, 'is missing')
    // "schema is false" stands beside additionalProperties, "anyOf" beside the faults of each branch: both say less.
    case 'boolean':
    case 'anyOf':
      return []
    case 'const':
      return [{ pointer: instancePath, message: `must be ${JSON.stringify(params.allowedValue)}` }]
    case 'enum':
      return [
        { pointer: instancePath, message: `must be one of ${[params.allowedValues].flat().join(', ')}` }
      ]
    default:
      return [{ pointer: instancePath, message: message ?? 'is not as it should be' }]
  }
}

/** RFC 6901. */
export const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Code of the 404 that a malformed id gets, so that it equals the one of an unknown id. */
    notFound?: ErrorCode
  }
}
