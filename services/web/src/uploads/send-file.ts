import { ApiError, errorOf } from '@trainyard/client/errors'
import type { Dataset } from '@trainyard/contracts/dataset'

/** What `sendFile` needs of an XMLHttpRequest, which unlike `fetch` reports how much was sent. */
export type Request = {
  readonly status: number
  readonly responseText: string
  readonly upload: {
    addEventListener: (type: 'progress', listener: (event: { readonly loaded: number }) => void) => void
  }
  open: (method: string, url: string) => void
  setRequestHeader: (name: string, value: string) => void
  getResponseHeader: (name: string) => string | null
  addEventListener: (type: 'load' | 'error' | 'abort', listener: () => void) => void
  send: (form: FormData) => void
  abort: () => void
}
export type SendOptions = {
  file: File
  token: string
  signal: AbortSignal
  /** Called with the bytes of the file handed to the network so far. */
  onProgress: (sent: number) => void
}

/**
 * Uploads one file whole. Rejects with the server's `ApiError`, with `NETWORK` where no answer came, or with the
 * signal's reason.
 */
export function sendFile(
  { file, token, signal, onProgress }: SendOptions,
  createRequest: () => Request = () => new XMLHttpRequest()
): Promise<Dataset> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const request = createRequest()
    const onAbort = () => request.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    const settle = (work: () => void) => {
      signal.removeEventListener('abort', onAbort)
      work()
    }
    request.open('POST', '/api/datasets/upload')
    request.setRequestHeader('authorization', `Bearer ${token}`)
    // The form's own bytes are counted with the file's.
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(Math.min(file.size, loaded)))
    request.addEventListener('load', () => settle(() => void datasetOf(request).then(resolve, reject)))
    request.addEventListener('error', () => settle(() => reject(lost())))
    request.addEventListener('abort', () => settle(() => reject(signal.reason)))
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}

const lost = () =>
  new ApiError({ status: 0, code: 'NETWORK', message: 'The connection was lost before the server answered.' })

async function datasetOf(request: Request): Promise<Dataset> {
  const { status, responseText } = request
  if (status !== 201) {
    const retryAfter = request.getResponseHeader('retry-after')
    const headers: Record<string, string> = retryAfter === null ? {} : { 'retry-after': retryAfter }
    throw await errorOf(new Response(responseText, { status: status || 502, headers }))
  }
  try {
    return JSON.parse(responseText) as Dataset
  } catch (cause) {
    throw new ApiError({ status: 0, code: 'BAD_REPLY', message: 'The reply is not JSON.', cause })
  }
}
