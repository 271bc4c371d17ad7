import { ApiError, errorOf } from './errors.ts'
import { jitter, sleep } from './wait.ts'

export type CallOptions = {
  signal?: AbortSignal
  /** Until the reply is there; 30 s unless said otherwise. */
  timeoutMs?: number
  /** A 429 is thrown at once, for a page that counts down instead of waiting in silence. */
  impatient?: boolean
}
export type Request = CallOptions & {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | boolean | undefined>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  body?: RequestInit['body']
  headers?: Record<string, string>
  /** The reply's body is left to be read by the caller, who takes as long as it takes. */
  stream?: boolean
  /** A repeat changes nothing, so a request whose reply was lost may be sent again. */
  repeatable?: boolean
}
export type Transport = (request: Request) => Promise<Response>
type Options = {
  baseUrl: string
  fetch: typeof fetch
  headers: Record<string, string>
  credentials?: RequestInit['credentials']
}

const TIMEOUT_MS = 30_000
const TRIES = 4
/** A server that asks for a longer wait than this gets its answer shown to the caller instead. */
const LONGEST_WAIT_S = 20

/** One request as bytes: URL, timeout, errors, and repeats where they are safe. Knows nothing of tokens. */
export function createTransport({ baseUrl, fetch, headers, credentials }: Options): Transport {
  async function once(request: Request): Promise<Response> {
    const { method, path, query = {}, json, signal, timeoutMs = TIMEOUT_MS } = request
    const url = new URL(path, baseUrl)
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, String(value))
    }
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), timeoutMs)
    const init = {
      method,
      headers: {
        ...headers,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers
      },
      body: json === undefined ? request.body : JSON.stringify(json),
      credentials,
      signal: signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal,
      // fetch wants this said for a body that is a stream.
      ...(request.body instanceof ReadableStream ? { duplex: 'half' as const } : {})
    }
    try {
      const response = await fetch(url, init)
      if (!response.ok) throw await errorOf(response)
      return request.stream ? response : await buffered(response)
    } catch (cause) {
      if (cause instanceof ApiError) throw cause
      if (signal?.aborted) throw signal.reason
      if (deadline.signal.aborted) {
        throw new ApiError({ status: 0, code: 'TIMEOUT', message: `No reply within ${timeoutMs} ms.`, cause })
      }
      throw new ApiError({ status: 0, code: 'NETWORK', message: 'The server cannot be reached.', cause })
    } finally {
      clearTimeout(timer)
    }
  }

  return async (request) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(request)
      } catch (err) {
        const wait = err instanceof ApiError ? waitBefore(err, request, attempt) : undefined
        if (wait === undefined) throw err
        await sleep(wait, request.signal)
      }
    }
  }
}

/** The reply with its body in memory, so that a body which never ends falls under the timeout as well. */
async function buffered(response: Response): Promise<Response> {
  const { status, headers } = response
  const body = await response.arrayBuffer()
  return new Response(body.byteLength === 0 ? null : body, { status, headers })
}

/** Milliseconds until the request may be sent again; undefined when it must not be. */
function waitBefore(err: ApiError, { repeatable, impatient }: Request, attempt: number): number | undefined {
  const asked = err.retryAfter ?? 0
  if (attempt + 1 >= TRIES || asked > LONGEST_WAIT_S) return undefined
  // 429 was refused before anything was done.
  if (err.status === 429) return impatient ? undefined : asked * 1_000 + jitter(attempt, 2_000, 250)
  if (!repeatable) return undefined
  const lost = err.status === 0 && err.code !== 'TIMEOUT' && err.code !== 'BAD_REPLY'
  const away = err.status === 502 || err.status === 503 || err.status === 504
  if (lost || away || err.code === 'IDEMPOTENCY_IN_FLIGHT') return asked * 1_000 + jitter(attempt, 4_000, 250)
  return undefined
}

/** The body of a reply as JSON. */
export async function jsonOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T
  } catch (cause) {
    throw new ApiError({ status: 0, code: 'BAD_REPLY', message: 'The reply is not JSON.', cause })
  }
}
