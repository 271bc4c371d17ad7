import type { ErrorDetail } from '@trainyard/contracts/common'
import { ERRORS, type ErrorCode } from '@trainyard/contracts/errors'

type Extra = { message?: string; details?: ErrorDetail[]; retryAfter?: number; cause?: unknown }

/** A refusal with a code from the table in contracts. `retryAfter` is in seconds. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetail[]
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, { message, details = [], retryAfter, cause }: Extra = {}) {
    super(message ?? ERRORS[code].message, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.status = ERRORS[code].status
    this.details = details
    this.retryAfter = retryAfter ?? (this.status === 503 ? 2 : undefined)
  }
}

/** `throw fail('DATASET_NOT_FOUND')`: throwing, not returning, is what stops a handler in every case. */
export const fail = (code: ErrorCode, extra?: Extra) => new AppError(code, extra)
