import { IdParams } from '@trainyard/contracts/common'
import { DatasetUrlReply, Hold, HoldBody, HoldParams } from '@trainyard/contracts/internal'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { Type } from 'typebox'
import { objectOf } from '../db/datasets.ts'
import { insertHold, lockForHold, removeHold } from '../db/holds.ts'
import type { Deps } from '../deps.ts'

const config = { callers: ['job' as const], notFound: 'DATASET_NOT_FOUND' as const }

/** What the job service asks. A dataset in use cannot vanish. */
export function holdRoutes(app: App, { db, store }: Pick<Deps, 'db' | 'store'>) {
  app.put(
    '/internal/datasets/:id/holds/:job_id',
    {
      config,
      schema: { operationId: 'takeHold', params: HoldParams, body: HoldBody, response: { 200: Hold } }
    },
    async (req) => {
      const { id, job_id } = req.params
      return inTransaction(db, async (tx) => {
        const row = await lockForHold(tx, req.body.workspace_id, id)
        if (!row) throw fail('DATASET_NOT_FOUND')
        if (row.status === 'invalid') throw fail('DATASET_INVALID')
        if (row.status !== 'ready' || !row.profile) throw fail('DATASET_NOT_READY')
        await insertHold(tx, id, job_id)
        const { name, sha256, bytes, format, gzip, profile } = row
        return { dataset_id: id, name, sha256, bytes, format, gzip, profile }
      })
    }
  )

  app.delete(
    '/internal/datasets/:id/holds/:job_id',
    { config, schema: { operationId: 'dropHold', params: HoldParams, response: { 204: Type.Null() } } },
    async (req, reply) => {
      await removeHold(db, req.params.id, req.params.job_id)
      return reply.code(204).send(null)
    }
  )

  app.post(
    '/internal/datasets/:id/url',
    { config, schema: { operationId: 'datasetUrl', params: IdParams, response: { 200: DatasetUrlReply } } },
    async (req) => {
      const key = await objectOf(db, req.params.id)
      if (!key) throw fail('DATASET_NOT_FOUND')
      return { url: await store.presignGet(key) }
    }
  )
}
