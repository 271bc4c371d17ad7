import { ErrorBody } from '@trainyard/contracts/common'
import { ERRORS, type ErrorCode } from '@trainyard/contracts/errors'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { fail } from './errors.ts'
import type { ServiceIdentity, ServiceName } from './service-auth.ts'

type Call<R extends TSchema> = {
  body?: unknown
  headers?: Record<string, string>
  reply?: R
  signal?: AbortSignal
  timeoutMs?: number
}
export type InternalClient = {
  call: <R extends TSchema>(method: string, path: string, options?: Call<R>) => Promise<Static<R>>
}

/**
 * Calls another service's internal routes. A 4xx with an error body is thrown as the callee's own code;
 * no connection, no reply in time, a 5xx or a reply that does not parse is UNAVAILABLE (503). Nothing is
 * retried here: the caller knows whether a repeat is safe.
 */
export function internalClient(options: {
  baseUrl: string
  audience: ServiceName
  identity: ServiceIdentity
  timeoutMs?: number
}): InternalClient {
  const { baseUrl, audience, identity, timeoutMs: usual = 5_000 } = options
  return {
    call: async (method, path, { body, headers, reply, signal, timeoutMs = usual } = {}) => {
      const deadline = AbortSignal.timeout(timeoutMs)
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${await identity.tokenFor(audience)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        redirect: 'error'
      }).catch((cause: unknown) => {
        throw fail('UNAVAILABLE', { cause })
      })
      const content = await readJson(response)
      if (!response.ok) throw refusal(response.status, content)
      if (reply === undefined) return undefined as never
      if (!Value.Check(reply, content)) {
        const [first] = Value.Errors(reply, content)
        throw fail('UNAVAILABLE', {
          cause: new Error(`${audience} ${path}: ${first?.instancePath} ${first?.message}`)
        })
      }
      return content
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text().catch((cause: unknown) => {
    throw fail('UNAVAILABLE', { cause })
  })
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw fail('UNAVAILABLE', { cause })
  }
}

/** The callee's own refusal as it is thrown here; anything but a 4xx with an error body is UNAVAILABLE. */
export function refusal(status: number, content: unknown) {
  if (status < 500 && Value.Check(ErrorBody, content) && content.error.code in ERRORS) {
    const { code, message, details } = content.error
    return fail(code as ErrorCode, { message, details })
  }
  return fail('UNAVAILABLE', { cause: new Error(`the callee answered ${status}`) })
}
