import type { ErrorBody, ErrorDetail } from '@trainyard/contracts/common'
import { ERRORS } from '@trainyard/contracts/errors'

type Fields = {
  status: number
  code: string
  message: string
  details?: ErrorDetail[]
  requestId?: string
  retryAfter?: number
  cause?: unknown
}

/**
 * Everything that a call can fail with. `code` is one of the platform's (docs/errors.md) or one of the client's own:
 * `NETWORK` (no reply came), `TIMEOUT`, `BAD_REPLY` (not what the contract says), each with status 0. `retryAfter` is in
 * seconds. An aborted signal is not wrapped: its reason is thrown as it is.
 */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: ErrorDetail[]
  readonly requestId: string | undefined
  readonly retryAfter: number | undefined

  constructor({ status, code, message, details = [], requestId, retryAfter, cause }: Fields) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
    this.requestId = requestId
    this.retryAfter = retryAfter
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false
  const { error } = value
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}

/** The error that a reply outside 2xx stands for, also when something in between answered in its own words. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status } = response
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined
  const body: unknown = await response.json().catch(() => undefined)
  if (!isErrorBody(body)) {
    return new ApiError({ status, code: 'BAD_REPLY', message: `The server answered ${status}.`, retryAfter })
  }
  const { code, message, details, request_id: requestId } = body.error
  return new ApiError({ status, code, message, details, requestId, retryAfter })
}

/** An `error` frame of the live socket, with the status that its code has over HTTP. */
export function liveError(code: string, message: string): ApiError {
  const status = code in ERRORS ? ERRORS[code as keyof typeof ERRORS].status : 0
  return new ApiError({ status, code, message })
}
