import { ApiError } from './errors.ts'
import type { CallOptions, Transport } from './transport.ts'

export type DownloadOptions = CallOptions & {
  /** First byte, and the last one where not to the end; both counted from 0. */
  range?: { from: number; to?: number }
}
export type Download = {
  stream: ReadableStream<Uint8Array>
  /** What was announced; undefined when the server did not say. */
  bytes: number | undefined
  type: string
  etag: string | undefined
  /** All of it in memory. */
  all: () => Promise<Uint8Array>
}

/** Starts a download; the timeout holds until the first byte, the signal until the last. */
export async function download(
  send: Transport,
  path: string,
  options: DownloadOptions = {}
): Promise<Download> {
  const { range, ...rest } = options
  const headers: Record<string, string> = range ? { range: `bytes=${range.from}-${range.to ?? ''}` } : {}
  const response = await send({ ...rest, method: 'GET', path, headers, repeatable: true, stream: true })
  const { body } = response
  if (!body) throw new ApiError({ status: 0, code: 'BAD_REPLY', message: 'The reply has no body.' })
  const length = response.headers.get('content-length')
  return {
    stream: body,
    bytes: length === null ? undefined : Number(length),
    type: response.headers.get('content-type') ?? 'application/octet-stream',
    etag: response.headers.get('etag') ?? undefined,
    all: async () => new Uint8Array(await response.arrayBuffer())
  }
}
