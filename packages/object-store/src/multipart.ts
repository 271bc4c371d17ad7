import { StoreRefused, StoreUnavailable } from './errors.ts'
import { etagOf } from './etag.ts'
import type { StoreHttp } from './http.ts'
import type { Sign } from './sign.ts'
import { textOf } from './xml.ts'

export type Part = { number: number; etag: string }
type Deps = { http: StoreHttp; sign: Sign; abortMs: number }

/** S3 takes at most this many parts: with parts of 8 MiB an object of 78 GiB. */
export const maxParts = 10_000
const completeMs = 60_000

/** Multi-part upload over presigned requests; the same URLs can be given to a browser or a worker. */
export function createMultipart({ http, sign, abortMs }: Deps) {
  /** The upload's id. rclone and AWS name the root element differently, so the root is not looked at. */
  const start = async (key: string, signal?: AbortSignal): Promise<string> => {
    const { xml } = await http.text({
      method: 'POST',
      url: await sign('POST', key, { query: { uploads: '' } }),
      signal
    })
    const id = textOf(xml, 'UploadId')
    if (!id) throw new StoreRefused('the store began a multi-part upload without naming it')
    return id
  }

  const partUrl = (key: string, uploadId: string, number: number, base?: string, seconds?: number) =>
    sign('PUT', key, { base, seconds, query: { partNumber: String(number), uploadId } })

  const put = async (
    key: string,
    uploadId: string,
    number: number,
    body: Uint8Array,
    signal?: AbortSignal
  ): Promise<Part> => {
    const { headers } = await http.text({
      method: 'PUT',
      url: await partUrl(key, uploadId, number),
      body,
      resend: false,
      signal
    })
    const etag = etagOf(headers)
    if (!etag) throw new StoreRefused('the store took a part without an ETag')
    return { number, etag }
  }

  /** `parts` in rising order. A store may answer 200 first and say in the body that it failed. */
  const complete = async (
    key: string,
    uploadId: string,
    parts: Part[],
    signal?: AbortSignal
  ): Promise<string> => {
    const list = parts.map(
      ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`
    )
    const { xml } = await http.text({
      method: 'POST',
      url: await sign('POST', key, { query: { uploadId } }),
      body: `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`,
      headers: { 'content-type': 'application/xml' },
      timeoutMs: completeMs,
      signal
    })
    const etag = textOf(xml, 'ETag')
    if (!etag) throw new StoreUnavailable(`the store did not complete the object (${textOf(xml, 'Code')})`)
    return etag.replaceAll('"', '')
  }

  /** Frees the parts. Has a limit of its own: it runs when something else has failed already. */
  const abort = async (key: string, uploadId: string): Promise<void> => {
    await http.text({
      method: 'DELETE',
      url: await sign('DELETE', key, { query: { uploadId } }),
      timeoutMs: abortMs
    })
  }

  return { start, partUrl, put, complete, abort }
}
export type Multipart = ReturnType<typeof createMultipart>
