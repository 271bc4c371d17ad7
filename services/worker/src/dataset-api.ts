import {
  ProfileClaim,
  type ProfileClaimBody,
  type ProfileFinishBody,
  ProfileStatusReply
} from '@trainyard/contracts/internal'
import { fail } from '@trainyard/service-kit/errors'
import { Type } from 'typebox'
import type { PlatformApi } from './platform-api.ts'

const BASE = '/api/datasets/internal'

/** The dataset service's internal routes, as one profile attempt uses them. */
export function datasetApi(api: PlatformApi, workerToken: string) {
  return {
    claim: (body: ProfileClaimBody) =>
      api.post(`${BASE}/claim`, { token: workerToken, body, reply: ProfileClaim }),
    attempt: ({ dataset_id, attempt, attempt_token: token }: ProfileClaim) => {
      const about = { dataset_id, attempt }
      return {
        statusUpdate: async (timeoutMs: number) => {
          const reply = await api.post(`${BASE}/status-update`, {
            token,
            body: about,
            reply: ProfileStatusReply,
            timeoutMs
          })
          if (!reply) throw fail('UNAVAILABLE', { message: 'a status update was answered without content' })
          return reply
        },
        finish: (body: Omit<ProfileFinishBody, 'dataset_id' | 'attempt'>) =>
          api.post(`${BASE}/finish`, {
            token,
            body: { ...about, ...body },
            reply: Type.Unknown(),
            timeoutMs: 30_000
          })
      }
    }
  }
}
export type DatasetApi = ReturnType<typeof datasetApi>
export type ProfileApi = ReturnType<DatasetApi['attempt']>
