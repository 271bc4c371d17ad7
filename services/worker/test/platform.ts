import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { ERRORS, type ErrorCode } from '@trainyard/contracts/errors'
import {
  CheckpointBody,
  ClaimBody,
  FinishBody,
  ProfileClaimBody,
  ProfileFinishBody,
  ProfileStatusBody,
  ReleaseBody,
  StatusUpdateBody,
  UrlsBody,
  type WorkerEvent
} from '@trainyard/contracts/internal'
import type { CreateJob } from '@trainyard/contracts/training'
import type { TestContext } from '@trainyard/testing/test-context'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { md5, objectStore, sha256 } from './platform-store.ts'

export const WORKER_TOKEN = randomBytes(24).toString('hex')
type File = { sha256: string; bytes: number; format: 'csv'; gzip: boolean }
type Checkpoint = { key: string; name: string; step: number; bytes: number; sha256: string }
export type TestJob = {
  id: string
  state: 'queued' | 'running' | 'stopping' | 'done'
  attempt: number
  token: string
  claimId: string
  leaseUntil: number
  spec: CreateJob
  file: File
  events: WorkerEvent[]
  lastN: number
  checkpoint: Checkpoint | null
  finish: Static<typeof FinishBody> | null
  releases: number
  claimedAt: number
  updates: number[]
}
export type TestDataset = {
  id: string
  file: File
  attempt: number
  token: string
  state: 'queued' | 'running' | 'done'
  leaseUntil: number
  updates: number[]
  finish: Static<typeof ProfileFinishBody> | null
}

class Refusal extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message?: string) {
    super(message ?? ERRORS[code].message)
    this.code = code
  }
}

/**
 * The worker's side of the job and dataset services, and an object store, as one small HTTP server. Every body is
 * parsed with the contract; what a worker may never do is collected in `violations`.
 */
export async function startPlatform(t: TestContext) {
  const store = objectStore()
  const jobs: TestJob[] = []
  const datasets: TestDataset[] = []
  const violations: string[] = []
  const faults = { down: false, stallMs: 0, loseClaimReplies: 0, refuseEvents: 0, leaseSeconds: 30 }
  const seen = { urlCalls: 0, claims: 0 }
  let url = ''

  const parse = <S extends TSchema>(schema: S, body: unknown): Static<S> => {
    if (Value.Check(schema, body)) return body
    const [first] = Value.Errors(schema, body)
    violations.push(`${first?.instancePath} ${first?.message}: ${JSON.stringify(body).slice(0, 300)}`)
    throw new Refusal('VALIDATION')
  }
  const expireLeases = () => {
    for (const work of [...jobs, ...datasets]) {
      if ((work.state === 'running' || work.state === 'stopping') && work.leaseUntil < performance.now()) {
        work.state = 'queued'
      }
    }
  }
  const leased = () => performance.now() + faults.leaseSeconds * 1_000
  const current = (body: { job_id: string; attempt: number }, token: string) => {
    const job = jobs.find(({ id }) => id === body.job_id)
    if (!job) throw new Refusal('JOB_NOT_FOUND')
    const valid = job.token === token && job.attempt === body.attempt
    if (!valid || (job.state !== 'running' && job.state !== 'stopping'))
      throw new Refusal('ATTEMPT_SUPERSEDED')
    job.leaseUntil = leased()
    return job
  }

  function claim(body: unknown) {
    const { claim_id, kinds } = parse(ClaimBody, body)
    seen.claims++
    expireLeases()
    const repeated = jobs.find((job) => job.claimId === claim_id && job.state === 'running')
    const job =
      repeated ??
      jobs.find(({ state, spec }) => state === 'queued' && kinds.includes(spec.model.architecture))
    if (!job) return null
    if (!repeated) {
      Object.assign(job, {
        state: 'running',
        attempt: job.attempt + 1,
        token: randomBytes(32).toString('hex'),
        claimId: claim_id,
        leaseUntil: leased(),
        lastN: 0,
        claimedAt: performance.now(),
        updates: []
      })
    }
    const { checkpoint } = job
    return {
      job_id: job.id,
      attempt: job.attempt,
      attempt_token: job.token,
      lease_seconds: faults.leaseSeconds,
      spec: job.spec,
      dataset: job.file,
      checkpoint: checkpoint && {
        name: checkpoint.name,
        step: checkpoint.step,
        bytes: checkpoint.bytes,
        sha256: checkpoint.sha256,
        url: url + store.grant({ key: checkpoint.key, method: 'GET', md5: null })
      }
    }
  }

  function statusUpdate(body: unknown, token: string) {
    const update = parse(StatusUpdateBody, body)
    const job = current(update, token)
    job.updates.push(performance.now())
    if (update.events.length > 0 && faults.refuseEvents-- > 0) throw new Refusal('VALIDATION')
    for (const event of update.events) {
      if (event.n <= job.lastN) continue
      if (event.n !== job.lastN + 1) violations.push(`event ${event.n} follows ${job.lastN}`)
      job.lastN = event.n
      job.events.push(event)
    }
    return { stop_requested: job.state === 'stopping', lease_seconds: faults.leaseSeconds, last_n: job.lastN }
  }

  function urls(body: unknown, token: string) {
    const asked = parse(UrlsBody, body)
    const job = current(asked, token)
    seen.urlCalls++
    return {
      urls: asked.want.map((want) => {
        if (want.kind === 'dataset') {
          const path = store.grant({ key: job.file.sha256, method: 'GET', md5: null })
          return { kind: 'dataset', method: 'GET', url: url + path, key: null, headers: {} }
        }
        const key = `${want.kind}s/${job.id}/${job.attempt}/${randomUUID()}`
        const path = store.grant({ key, method: 'PUT', md5: want.md5 })
        return { kind: want.kind, method: 'PUT', url: url + path, key, headers: { 'content-md5': want.md5 } }
      })
    }
  }

  const matches = (given: { key: string; bytes: number; md5: string; sha256: string }) => {
    const object = store.objects.get(given.key)
    return object?.length === given.bytes && md5(object) === given.md5 && sha256(object) === given.sha256
  }

  function checkpoints(body: unknown, token: string) {
    const given = parse(CheckpointBody, body)
    const job = current(given, token)
    if (!matches(given)) throw new Refusal('ARTIFACT_MISMATCH')
    job.checkpoint = given
    return {}
  }

  function finish(body: unknown, token: string) {
    const given = parse(FinishBody, body)
    const job = current(given, token)
    if (!given.artifacts.every(matches)) throw new Refusal('ARTIFACT_MISMATCH')
    job.finish = given
    job.state = 'done'
    return { state: given.outcome }
  }

  function release(body: unknown, token: string) {
    const job = current(parse(ReleaseBody, body), token)
    job.state = 'queued'
    job.releases++
    return {}
  }

  function profileClaim(body: unknown) {
    parse(ProfileClaimBody, body)
    expireLeases()
    const dataset = datasets.find(({ state }) => state === 'queued')
    if (!dataset) return null
    Object.assign(dataset, {
      state: 'running',
      attempt: dataset.attempt + 1,
      token: randomBytes(32).toString('hex'),
      leaseUntil: leased()
    })
    return {
      dataset_id: dataset.id,
      attempt: dataset.attempt,
      attempt_token: dataset.token,
      lease_seconds: faults.leaseSeconds,
      dataset: dataset.file,
      url: url + store.grant({ key: dataset.file.sha256, method: 'GET', md5: null }),
      inflated_limit_bytes: 2 ** 31
    }
  }
  const currentDataset = (body: { dataset_id: string; attempt: number }, token: string) => {
    const dataset = datasets.find(({ id }) => id === body.dataset_id)
    if (dataset?.token !== token || dataset.state !== 'running') throw new Refusal('ATTEMPT_SUPERSEDED')
    dataset.leaseUntil = leased()
    return dataset
  }
  function profileStatus(body: unknown, token: string) {
    const dataset = currentDataset(parse(ProfileStatusBody, body), token)
    dataset.updates.push(performance.now())
    const path = store.grant({ key: dataset.file.sha256, method: 'GET', md5: null })
    return { lease_seconds: faults.leaseSeconds, url: url + path }
  }
  function profileFinish(body: unknown, token: string) {
    const given = parse(ProfileFinishBody, body)
    const dataset = currentDataset(given, token)
    dataset.finish = given
    dataset.state = 'done'
    return {}
  }

  const forWorkers: Record<string, (body: unknown) => object | null> = {
    '/api/training/internal/claim': claim,
    '/api/datasets/internal/claim': profileClaim
  }
  const forAttempts: Record<string, (body: unknown, token: string) => object | null> = {
    '/api/training/internal/status-update': statusUpdate,
    '/api/training/internal/urls': urls,
    '/api/training/internal/checkpoints': checkpoints,
    '/api/training/internal/finish': finish,
    '/api/training/internal/release': release,
    '/api/datasets/internal/status-update': profileStatus,
    '/api/datasets/internal/finish': profileFinish
  }

  async function handle(req: IncomingMessage, res: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const path = req.url ?? ''
    if (path.startsWith('/store/')) {
      if (req.method === 'GET') await sleep(faults.stallMs)
      const contentMd5 = req.headers['content-md5'] as string | undefined
      const { status, content } = store.answer(req.method ?? '', path, body, contentMd5)
      return res.writeHead(status).end(content)
    }
    if (faults.down) return req.socket.destroy()
    const token = (req.headers.authorization ?? '').replace('Bearer ', '')
    try {
      const reply = answer(path, JSON.parse(body.toString()), token)
      if (path.endsWith('/claim') && reply && faults.loseClaimReplies-- > 0) return req.socket.destroy()
      if (!reply) return res.writeHead(204).end()
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    } catch (err) {
      const code = err instanceof Refusal ? err.code : 'INTERNAL'
      if (code === 'INTERNAL') violations.push(String(err))
      const error = { code, message: ERRORS[code].message, details: [], request_id: 'test' }
      res.writeHead(ERRORS[code].status).end(JSON.stringify({ error }))
    }
  }
  function answer(path: string, body: unknown, token: string) {
    const forWorker = forWorkers[path]
    if (forWorker) {
      if (token !== WORKER_TOKEN) throw new Refusal('UNAUTHENTICATED')
      return forWorker(body)
    }
    const forAttempt = forAttempts[path]
    if (!forAttempt) throw new Refusal('NOT_FOUND')
    return forAttempt(body, token)
  }

  const server = createServer((req, res) => {
    handle(req, res).catch(() => req.socket.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((done) => server.close(done))
  })

  const addFile = (content: string): File => {
    const bytes = Buffer.from(content)
    const file = { sha256: sha256(bytes), bytes: bytes.length, format: 'csv' as const, gzip: false }
    store.objects.set(file.sha256, bytes)
    return file
  }
  return {
    url,
    store,
    faults,
    seen,
    violations,
    addFile,
    /** Ends whatever a test left behind: every token is void. */
    abandon: () => {
      for (const work of [...jobs, ...datasets]) Object.assign(work, { state: 'done', token: '' })
    },
    addJob: (file: File, spec: Omit<CreateJob, 'dataset_id'>) => {
      const job: TestJob = {
        id: randomUUID(),
        state: 'queued',
        attempt: 0,
        token: '',
        claimId: '',
        leaseUntil: 0,
        spec: { dataset_id: randomUUID(), ...spec },
        file,
        events: [],
        lastN: 0,
        checkpoint: null,
        finish: null,
        releases: 0,
        claimedAt: 0,
        updates: []
      }
      jobs.push(job)
      return job
    },
    addDataset: (file: File) => {
      const dataset: TestDataset = {
        id: randomUUID(),
        file,
        attempt: 0,
        token: '',
        state: 'queued',
        leaseUntil: 0,
        updates: [],
        finish: null
      }
      datasets.push(dataset)
      return dataset
    }
  }
}
export type Platform = Awaited<ReturnType<typeof startPlatform>>
