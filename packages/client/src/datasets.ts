import type { Link } from '@trainyard/contracts/common'
import type {
  Dataset,
  DatasetPatch,
  DatasetQuery,
  DatasetSummary,
  Preview
} from '@trainyard/contracts/dataset'
import { type DownloadOptions, download } from './download.ts'
import { ApiError } from './errors.ts'
import { multipartStream, type UploadSource } from './multipart.ts'
import { iteratePages, type Page } from './pages.ts'
import { type CallOptions, jsonOf, type Transport } from './transport.ts'
import { sleep } from './wait.ts'

export type UploadOptions = CallOptions & {
  /** The name of the file; its ending tells the format. A `File` brings its own. */
  filename?: string
  /** The dataset's name, where not the file's. */
  name?: string
  /** Bytes handed to the network so far. */
  onProgress?: (sent: number) => void
}
export type DatasetsApi = ReturnType<typeof datasetsApi>

/** An upload may take long; what limits it is the server's size limit. */
const UPLOAD_MS = 3_600_000
const path = (id: string, rest = '') => `/api/datasets/${encodeURIComponent(id)}${rest}`
const isFile = (source: UploadSource): source is File => typeof File !== 'undefined' && source instanceof File

export function datasetsApi(send: Transport) {
  const get = async (id: string, options?: CallOptions): Promise<Dataset> =>
    jsonOf(await send({ ...options, method: 'GET', path: path(id), repeatable: true }))
  const list = async (query: DatasetQuery = {}, options?: CallOptions): Promise<Page<DatasetSummary>> =>
    jsonOf(await send({ ...options, method: 'GET', path: '/api/datasets', query, repeatable: true }))

  return {
    get,
    list,
    iterate: (query: Omit<DatasetQuery, 'cursor'> = {}, options?: CallOptions) =>
      iteratePages((cursor) => list({ ...query, cursor }, options)),

    /** Streams the file as it is read. In a browser a body that streams needs HTTP/2. Never repeated by itself. */
    upload: async (source: UploadSource, options: UploadOptions = {}): Promise<Dataset> => {
      const { filename = isFile(source) ? source.name : 'data.csv', name, onProgress, ...rest } = options
      const { body, contentType } = multipartStream({ source, filename, name, onProgress })
      const headers = { 'content-type': contentType }
      const request = { timeoutMs: UPLOAD_MS, ...rest, path: '/api/datasets/upload', headers, body }
      return jsonOf(await send({ ...request, method: 'POST' }))
    },

    /** The dataset once its profile is made. One that turns out `invalid` is thrown as `DATASET_INVALID`. */
    waitUntilReady: async (
      id: string,
      options: CallOptions & { limitMs?: number } = {}
    ): Promise<Dataset> => {
      const { limitMs = 600_000, ...call } = options
      const deadline = performance.now() + limitMs
      for (let wait = 50; ; wait = Math.min(wait * 1.5, 2_000)) {
        const dataset = await get(id, call)
        if (dataset.status === 'ready') return dataset
        if (dataset.status === 'invalid') throw invalid(dataset)
        if (performance.now() + wait > deadline) {
          throw new ApiError({
            status: 0,
            code: 'TIMEOUT',
            message: `The dataset was still "${dataset.status}" after ${Math.round(limitMs / 1_000)} s.`
          })
        }
        await sleep(wait, call.signal)
      }
    },

    preview: async (id: string, options?: CallOptions): Promise<Preview> =>
      jsonOf(await send({ ...options, method: 'GET', path: path(id, '/preview'), repeatable: true })),
    download: (id: string, options?: DownloadOptions) => download(send, path(id, '/download'), options),
    link: async (id: string, options?: CallOptions): Promise<Link> =>
      jsonOf(await send({ ...options, method: 'POST', path: path(id, '/link'), repeatable: true })),
    patch: async (id: string, changes: DatasetPatch, options?: CallOptions): Promise<Dataset> =>
      jsonOf(await send({ ...options, method: 'PATCH', path: path(id), json: changes, repeatable: true })),
    delete: async (id: string, options?: CallOptions): Promise<void> => {
      await send({ ...options, method: 'DELETE', path: path(id) })
    }
  }
}

function invalid({ error }: Dataset) {
  const where = error?.line == null ? '' : ` (line ${error.line})`
  return new ApiError({
    status: 409,
    code: 'DATASET_INVALID',
    message: `${error?.message ?? 'The file could not be read.'}${where}`
  })
}
