import { AppError, fail } from '@trainyard/service-kit/errors'
import { refusal } from '@trainyard/service-kit/internal-client'
import type { Logger } from '@trainyard/service-kit/log'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { type Dispatcher, request } from 'undici'

const REPLY_LIMIT_BYTES = 4 * 2 ** 20
const SKEW_MS = 2_000

type Call<R extends TSchema> = {
  token: string
  body: unknown
  reply: R
  signal?: AbortSignal
  timeoutMs?: number
}
export type PlatformApi = {
  /** Null for 204. */
  post: <R extends TSchema>(path: string, call: Call<R>) => Promise<Static<R> | null>
}

/**
 * Calls internal routes of one service. A 4xx is thrown as the service's own code; no connection, no answer in time,
 * a 5xx and a reply that does not parse are UNAVAILABLE. Nothing is retried here.
 */
export function platformApi(baseUrl: string, dispatcher: Dispatcher, log: Logger): PlatformApi {
  const warnOfSkew = skewWarning(log)
  return {
    post: async (path, { token, body, reply, signal, timeoutMs = 5_000 }) => {
      const deadline = AbortSignal.timeout(timeoutMs)
      const response = await request(baseUrl + path, {
        method: 'POST',
        dispatcher,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline
      }).catch((cause: unknown) => {
        throw fail('UNAVAILABLE', { cause })
      })
      warnOfSkew(response.headers.date)
      const content = await readJson(response.body)
      if (response.statusCode === 204) return null
      if (response.statusCode >= 300) throw refusal(response.statusCode, content)
      if (!Value.Check(reply, content)) {
        const [first] = Value.Errors(reply, content)
        throw fail('UNAVAILABLE', { cause: new Error(`${path}: ${first?.instancePath} ${first?.message}`) })
      }
      return content
    }
  }
}

/** The attempt is another worker's, or over: nothing more may be said in its name. */
export const isSuperseded = (err: unknown) => err instanceof AppError && err.code === 'ATTEMPT_SUPERSEDED'

/** Whether the same call may succeed later: the service is away, or asked us to come back. */
export const isPassing = (err: unknown) =>
  err instanceof AppError &&
  (err.status >= 500 || err.code === 'TOO_MANY_REQUESTS' || err.code === 'UNAVAILABLE')

async function readJson(body: Dispatcher.ResponseData['body']): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > REPLY_LIMIT_BYTES) throw new Error(`the reply is larger than ${REPLY_LIMIT_BYTES} bytes`)
      chunks.push(chunk)
    }
    const text = Buffer.concat(chunks).toString()
    return text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    throw fail('UNAVAILABLE', { cause })
  }
}

/** A wrong clock here changes nothing (leases are the database's), but whoever reads this log should know. */
function skewWarning(log: Logger) {
  let warned = false
  return (date: string | string[] | undefined) => {
    if (warned || typeof date !== 'string') return
    const skewMs = Date.now() - Date.parse(date)
    // The header has whole seconds.
    if (Number.isNaN(skewMs) || (skewMs < SKEW_MS + 1_000 && skewMs > -SKEW_MS)) return
    warned = true
    log.warn(
      { skew_ms: skewMs },
      'the clock of this machine differs from the platform; times in this log do too'
    )
  }
}
