import { createHash } from 'node:crypto'
import type { Claim, StatusUpdateReply, UrlsReply } from '@trainyard/contracts/internal'
import { newId } from '@trainyard/service-kit/ids'
import { loadCatalogue } from '../../src/catalogue.ts'
import type { Reply, Service } from './world.ts'

export const catalogueHash = loadCatalogue().hash

export const claimBody = (more: Record<string, unknown> = {}) => ({
  claim_id: newId(),
  worker_id: 'worker-1',
  kinds: ['linear', 'mlp'],
  accelerator: 'cpu',
  devices: 1,
  catalogue_hash: catalogueHash,
  ...more
})

export const digest = (bytes: Uint8Array) => ({
  bytes: bytes.byteLength,
  md5: createHash('md5').update(bytes).digest('base64'),
  sha256: createHash('sha256').update(bytes).digest('hex')
})

export const progress = (step: number, steps = 100) => ({
  epoch: 1,
  epochs: 10,
  step,
  steps,
  percent: (100 * step) / steps,
  eta_seconds: null,
  samples_per_second: null,
  phase: 'training'
})

/** Speaks the internal contract for one attempt, as a worker does. */
export function attemptOf(service: Service, claim: Claim) {
  const { job_id, attempt, attempt_token: token } = claim
  const post = <T>(path: string, body: object) =>
    service.internally<T>(path, { job_id, attempt, ...body }, token)
  let n = 0
  const numbered = (events: object[]) => events.map((event) => ({ n: ++n, ...event }))
  return {
    ...claim,
    post,
    report: (events: object[] = []) => post<StatusUpdateReply>('status-update', { events: numbered(events) }),
    repeat: (events: object[]) => post<StatusUpdateReply>('status-update', { events }),
    /** Uploads bytes under a presigned URL; gives what `finish` and `checkpoints` want. */
    upload: async (kind: 'artifact' | 'checkpoint', name: string, content: Uint8Array) => {
      const { bytes, md5, sha256 } = digest(content)
      const { body } = await post<UrlsReply>('urls', { want: [{ kind, name, bytes, md5 }] })
      const [target] = body.urls
      if (!target?.key) throw new Error('no URL was given')
      const put = await fetch(target.url, {
        method: 'PUT',
        headers: target.headers,
        body: Buffer.from(content)
      })
      if (!put.ok) throw new Error(`the store answered ${put.status}`)
      return { name, key: target.key, bytes, md5, sha256 }
    },
    finish: (outcome: string, more: object = {}): Promise<Reply<{ state: string }>> =>
      post('finish', { outcome, reason: null, message: null, artifacts: [], ...more }),
    release: (): Promise<Reply<{ state: string }>> => post('release', {})
  }
}
export type TestAttempt = ReturnType<typeof attemptOf>

export async function claimNext(service: Service, more: Record<string, unknown> = {}): Promise<TestAttempt> {
  const { status, body } = await service.internally<Claim>('claim', claimBody(more))
  if (status !== 200) throw new Error(`claim answered ${status}`)
  return attemptOf(service, body)
}
