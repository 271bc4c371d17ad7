import type { Link } from '@trainyard/contracts/common'
import type { EventPage } from '@trainyard/contracts/live'
import type {
  Architecture,
  Artifact,
  CreateJob,
  EventsQuery,
  Job,
  JobPatch,
  JobQuery,
  LogLine,
  LogsQuery,
  MetricSeries,
  MetricsQuery,
  ResumeBody
} from '@trainyard/contracts/training'
import { type DownloadOptions, download } from './download.ts'
import { iteratePages, type Page } from './pages.ts'
import { type CallOptions, jsonOf, type Request, type Transport } from './transport.ts'

export type TrainingApi = ReturnType<typeof trainingApi>

const BASE = '/api/training'
const path = (id: string, rest = '') => `${BASE}/${encodeURIComponent(id)}${rest}`
const artifactPath = (id: string, name: string, rest = '') =>
  path(id, `/artifacts/${encodeURIComponent(name)}${rest}`)

/** `crypto.randomUUID` is missing on pages served over plain HTTP; random bytes are there everywhere. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    ''
  )

export function trainingApi(send: Transport) {
  async function read<T>(at: string, options?: CallOptions, query?: Request['query']): Promise<T> {
    return jsonOf(await send({ ...options, method: 'GET', path: at, query, repeatable: true }))
  }
  async function post<T>(at: string, request: Partial<Request> = {}): Promise<T> {
    return jsonOf(await send({ ...request, method: 'POST', path: at }))
  }
  const list = (query: JobQuery = {}, options?: CallOptions) =>
    read<Page<Job>>(`${BASE}/jobs`, options, query)

  return {
    architectures: async (options?: CallOptions): Promise<Architecture[]> => {
      const all: Architecture[] = []
      const pages = (cursor: string | undefined) =>
        read<Page<Architecture>>(`${BASE}/architectures`, options, { limit: 100, cursor })
      for await (const architecture of iteratePages(pages)) all.push(architecture)
      return all
    },
    /** Creates once, also when a reply is lost and the request is sent again. */
    create: (body: CreateJob, options: CallOptions & { idempotencyKey?: string } = {}) => {
      const { idempotencyKey = newKey(), ...call } = options
      const headers = { 'idempotency-key': idempotencyKey }
      return post<Job>(BASE, { ...call, json: body, headers, repeatable: true })
    },
    get: (id: string, options?: CallOptions) => read<Job>(path(id), options),
    list,
    iterate: (query: Omit<JobQuery, 'cursor'> = {}, options?: CallOptions) =>
      iteratePages((cursor) => list({ ...query, cursor }, options)),

    /** Stopping twice is stopping once. */
    stop: (id: string, options?: CallOptions) =>
      post<Job>(path(id, '/stop'), { ...options, repeatable: true }),
    resume: (id: string, body: ResumeBody = {}, options?: CallOptions) =>
      post<Job>(path(id, '/resume'), { ...options, json: body }),
    retry: (id: string, options?: CallOptions) => post<Job>(path(id, '/retry'), options),
    /** A create body filled in from this job; nothing is made. */
    clone: (id: string, options?: CallOptions) =>
      post<CreateJob>(path(id, '/clone'), { ...options, repeatable: true }),
    patch: async (id: string, changes: JobPatch, options?: CallOptions): Promise<Job> =>
      jsonOf(await send({ ...options, method: 'PATCH', path: path(id), json: changes, repeatable: true })),
    delete: async (id: string, options?: CallOptions): Promise<void> => {
      await send({ ...options, method: 'DELETE', path: path(id) })
    },

    metrics: (id: string, query: MetricsQuery = {}, options?: CallOptions) =>
      read<MetricSeries>(path(id, '/metrics'), options, query),
    events: (id: string, query: EventsQuery = {}, options?: CallOptions) =>
      read<EventPage>(path(id, '/events'), options, query),
    logs: (id: string, query: LogsQuery = {}, options?: CallOptions) =>
      read<Page<LogLine>>(path(id, '/logs'), options, query),

    artifacts: async (id: string, options?: CallOptions) =>
      (await read<Page<Artifact>>(path(id, '/artifacts'), options)).items,
    /** The model, or one artifact by its name. */
    download: (id: string, options: DownloadOptions & { artifact?: string } = {}) => {
      const { artifact, ...call } = options
      return download(send, artifact === undefined ? path(id, '/download') : artifactPath(id, artifact), call)
    },
    link: (id: string, artifact: string, options?: CallOptions) =>
      post<Link>(artifactPath(id, artifact, '/link'), { ...options, repeatable: true })
  }
}
