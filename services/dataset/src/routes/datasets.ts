import { ErrorBody, IdParams } from '@trainyard/contracts/common'
import { Dataset, DatasetPage, DatasetPatch, DatasetQuery, Preview } from '@trainyard/contracts/dataset'
import { decodeCursor, encodeCursor, notACursor } from '@trainyard/service-kit/cursor'
import { fail } from '@trainyard/service-kit/errors'
import { inTransaction } from '@trainyard/service-kit/postgres'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { type Static, Type } from 'typebox'
import {
  changeDataset,
  deleteDataset,
  findDataset,
  findPreview,
  listDatasets,
  lockForDelete
} from '../db/datasets.ts'
import { isHeld } from '../db/holds.ts'
import type { Deps } from '../deps.ts'
import { cleanLine, cleanText } from '../text.ts'
import { datasetOf, summaryOf } from '../view.ts'

const config = { access: 'user', notFound: 'DATASET_NOT_FOUND' } as const
const common = { tags: ['Datasets'], security: [{ bearer: [] }] }
const errors = { '4xx': ErrorBody, '5xx': ErrorBody }

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function idOfCursor(cursor: string): string {
  const [id] = decodeCursor(cursor, 1)
  if (typeof id === 'string' && uuid.test(id)) return id
  throw notACursor()
}

/** As it is stored; a field that is nothing but hidden characters is refused. */
function cleanPatch({ name, description, tags }: Static<typeof DatasetPatch>) {
  const visible = (text: string, pointer: string) => {
    const line = cleanLine(text)
    if (line) return line
    throw fail('VALIDATION', { details: [{ pointer, message: 'must have a visible character' }] })
  }
  return {
    ...(name === undefined ? {} : { name: visible(name, '/name') }),
    ...(description === undefined ? {} : { description: description && (cleanText(description) || null) }),
    ...(tags && { tags: [...new Set(tags.map((tag, at) => visible(tag, `/tags/${at}`)))] })
  }
}

export function datasetRoutes(
  app: App,
  { db, store, tell, log }: Pick<Deps, 'db' | 'store' | 'tell' | 'log'>
) {
  app.get(
    '/api/datasets',
    {
      config,
      schema: {
        ...common,
        operationId: 'listDatasets',
        summary: 'Datasets of the workspace, newest first',
        querystring: DatasetQuery,
        response: { 200: DatasetPage, ...errors }
      }
    },
    async (req) => {
      const { limit = 20, cursor, q, status, tag } = req.query
      const rows = await listDatasets(db, userOf(req).workspace_id, {
        ...{ limit, status },
        before: cursor === undefined ? undefined : idOfCursor(cursor),
        q: q && cleanLine(q),
        tag: tag && cleanLine(tag)
      })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        items: shown.map(summaryOf),
        next_cursor: rows.length > limit && last ? encodeCursor([last.id]) : null
      }
    }
  )

  app.get(
    '/api/datasets/:id',
    {
      config,
      schema: {
        ...common,
        operationId: 'getDataset',
        summary: 'One dataset with its profile',
        params: IdParams,
        response: { 200: Dataset, ...errors }
      }
    },
    async (req) => {
      const row = await findDataset(db, userOf(req).workspace_id, req.params.id)
      if (!row) throw fail('DATASET_NOT_FOUND')
      return datasetOf(row)
    }
  )

  app.get(
    '/api/datasets/:id/preview',
    {
      config,
      schema: {
        ...common,
        operationId: 'previewDataset',
        summary: 'The first rows, typed',
        params: IdParams,
        response: { 200: Preview, ...errors }
      }
    },
    async (req) => {
      const row = await findPreview(db, userOf(req).workspace_id, req.params.id)
      if (!row) throw fail('DATASET_NOT_FOUND')
      if (row.status === 'invalid') throw fail('DATASET_INVALID')
      if (!row.preview) throw fail('DATASET_NOT_READY')
      return row.preview
    }
  )

  app.patch(
    '/api/datasets/:id',
    {
      config,
      schema: {
        ...common,
        operationId: 'changeDataset',
        summary: 'Rename, describe, tag',
        params: IdParams,
        body: DatasetPatch,
        response: { 200: Dataset, ...errors }
      }
    },
    async (req) => {
      const changes = cleanPatch(req.body)
      const row = await changeDataset(db, userOf(req).workspace_id, req.params.id, changes)
      if (!row) throw fail('DATASET_NOT_FOUND')
      tell(row.workspaceId, row.id, row.status)
      return datasetOf(row)
    }
  )

  app.delete(
    '/api/datasets/:id',
    {
      config,
      schema: {
        ...common,
        operationId: 'deleteDataset',
        summary: 'Delete a dataset that no unfinished job needs',
        params: IdParams,
        response: { 204: Type.Null(), ...errors }
      }
    },
    async (req, reply) => {
      const { id } = req.params
      const workspaceId = userOf(req).workspace_id
      const key = await inTransaction(db, async (tx) => {
        if (!(await lockForDelete(tx, workspaceId, id))) throw fail('DATASET_NOT_FOUND')
        // A statement of its own after the lock: it sees the holds of everybody who had the lock before.
        if (await isHeld(tx, id)) throw fail('DATASET_IN_USE')
        return deleteDataset(tx, workspaceId, id)
      })
      if (key) {
        await store
          .remove(key)
          .catch((err: unknown) => log.warn({ err, id }, 'an object without a row was left'))
      }
      tell(workspaceId, id, 'deleted')
      return reply.code(204).send(null)
    }
  )
}
