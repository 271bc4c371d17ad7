import { Closed, ErrorBody, IdParams, Link } from '@trainyard/contracts/common'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { Type } from 'typebox'
import { findListed } from '../db/datasets.ts'
import type { Deps } from '../deps.ts'
import { sendFile } from '../download.ts'
import { LINK_SECONDS, makeLinkToken, readLinkToken } from '../link-token.ts'

const errors = { '4xx': ErrorBody, '5xx': ErrorBody }
const file = {
  '2xx': { content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } } }
}
const LinkParams = Closed({ token: Type.String({ maxLength: 256 }) })

/** The public address that the request came to, else the canonical one: never one that the caller made up. */
const publicBase = (publicUrls: string[], host: string | undefined) =>
  publicUrls.find((url) => new URL(url).host === host) ?? publicUrls[0] ?? ''

type Needs = Pick<Deps, 'db' | 'store' | 'secret' | 'publicUrls'>

export function downloadRoutes(app: App, { db, store, secret, publicUrls }: Needs) {
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
      const workspaceId = userOf(req).workspace_id
      const { id } = req.params
      if (!(await findListed(db, workspaceId, id))) throw fail('DATASET_NOT_FOUND')
      const ends = Math.floor(Date.now() / 1_000) + LINK_SECONDS
      const token = makeLinkToken(secret, { id, workspaceId }, ends)
      reply.code(201).header('cache-control', 'no-store')
      return {
        url: `${publicBase(publicUrls, req.headers.host)}/api/links/${token}`,
        expires_at: new Date(ends * 1_000).toISOString()
      }
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
      const target = readLinkToken(secret, req.params.token, Date.now() / 1_000)
      const row = target && (await findListed(db, target.workspaceId, target.id))
      if (!row) throw fail('LINK_NOT_FOUND')
      return sendFile(req, reply, store, row)
    }
  )
}
