import { Closed, ErrorBody, Id, IdParams, Link } from '@trainyard/contracts/common'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { publicBase, readLink, signLink } from '@trainyard/service-kit/signed-link'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import { findListed } from '../db/datasets.ts'
import type { Deps } from '../deps.ts'
import { sendFile } from '../download.ts'

const errors = { '4xx': ErrorBody, '5xx': ErrorBody }
const file = {
  '2xx': { content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } } }
}
const LinkParams = Closed({ token: Type.String({ maxLength: 2_000 }) })

const Target = Type.Object({ id: Id, workspace_id: Id })

type Needs = Pick<Deps, 'db' | 'store' | 'secret' | 'publicUrls'>

export function downloadRoutes(app: App, { db, store, secret, publicUrls }: Needs) {
  const signer = { secret, prefix: 'd' } as const

  app.get(
    '/api/datasets/:id/download',
    {
      config: { access: 'user', notFound: 'DATASET_NOT_FOUND' },
      schema: {
        operationId: 'downloadDataset',
        tags: ['Datasets'],
        summary: 'The original bytes, whole or a range',
        security: [{ bearer: [] }],
        params: IdParams,
        response: { ...file, ...errors }
      }
    },
    async (req, reply) => {
      const row = await findListed(db, userOf(req).workspace_id, req.params.id)
      if (!row) throw fail('DATASET_NOT_FOUND')
      return sendFile(req, reply, store, row)
    }
  )

  app.post(
    '/api/datasets/:id/link',
    {
      config: { access: 'user', notFound: 'DATASET_NOT_FOUND' },
      schema: {
        operationId: 'linkDataset',
        tags: ['Datasets'],
        summary: 'A link to the original bytes that needs no token for 5 minutes',
        security: [{ bearer: [] }],
        params: IdParams,
        response: { 201: Link, ...errors }
      }
    },
    async (req, reply) => {
      const { workspace_id } = userOf(req)
      const { id } = req.params
      if (!(await findListed(db, workspace_id, id))) throw fail('DATASET_NOT_FOUND')
      const { token, expires_at } = signLink(signer, { id, workspace_id })
      reply.code(201).header('cache-control', 'no-store')
      return { url: `${publicBase(publicUrls, req.headers.host)}/api/links/${token}`, expires_at }
    }
  )

  app.get(
    '/api/links/:token',
    {
      config: { access: 'public', notFound: 'LINK_NOT_FOUND' },
      schema: {
        operationId: 'openDatasetLink',
        // Untagged: the job service has the same path, and the document shows it once.
        hide: true,
        params: LinkParams,
        response: { ...file, ...errors }
      }
    },
    async (req, reply) => {
      const { id, workspace_id } = readLink(signer, Target, req.params.token)
      const row = await findListed(db, workspace_id, id)
      if (!row) throw fail('LINK_NOT_FOUND')
      return sendFile(req, reply, store, row)
    }
  )
}
