import { Closed, Id, IdParams, Link, PageQuery } from '@trainyard/contracts/common'
import { ArtifactPage } from '@trainyard/contracts/training'
import { numberOfCursor } from '@trainyard/service-kit/cursor'
import { fail } from '@trainyard/service-kit/errors'
import type { App } from '@trainyard/service-kit/server'
import { publicBase, readLink, signLink } from '@trainyard/service-kit/signed-link'
import { userOf } from '@trainyard/service-kit/user-auth'
import { and, eq } from 'drizzle-orm'
import { Type } from 'typebox'
import { currentArtifacts, findArtifact, viewArtifact } from '../artifacts.ts'
import { artifacts } from '../db/schema.ts'
import type { Deps } from '../deps.ts'
import { sendArtifact } from '../download.ts'
import { readRow } from '../job-view.ts'
import { doc, refusals, user } from './docs.ts'

const FileParams = Closed({ id: Id, name: Type.String({ minLength: 1, maxLength: 200 }) })
const Target = Type.Object({ job_id: Id, attempt: Type.Integer(), name: Type.String() })
const MODEL = 'model.pt'
/** Files of one attempt, at the most: what is committed never changes, so that a place in the list is a cursor. */
const MOST = 100
const AllByDefault = Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, default: MOST }))
const file = { 200: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }), ...refusals }

export function artifactRoutes(app: App, deps: Deps) {
  const { db, store, secrets } = deps
  const signer = { secret: secrets.links, prefix: 'j' } as const

  app.get(
    '/api/training/:id/artifacts',
    {
      config: user,
      schema: {
        ...doc('listArtifacts', 'The files of the newest attempt that has any'),
        params: IdParams,
        querystring: Closed({ ...PageQuery, limit: AllByDefault }),
        response: { 200: ArtifactPage, ...refusals }
      }
    },
    async (req) => {
      const { id } = await readRow(db, userOf(req).workspace_id, req.params.id)
      const { cursor, limit = MOST } = req.query
      const start = numberOfCursor(cursor) ?? 0
      const files = await currentArtifacts(db, id)
      const end = start + limit
      return {
        items: files.slice(start, end).map(viewArtifact),
        next_cursor: end < files.length ? String(end) : null
      }
    }
  )

  app.get(
    '/api/training/:id/download',
    {
      config: user,
      schema: { ...doc('downloadModel', 'The trained model'), params: IdParams, response: file }
    },
    async (req, reply) => {
      const found = await findArtifact(db, userOf(req).workspace_id, req.params.id, MODEL)
      return sendArtifact(req, reply, store, found.file, `${found.jobName}.pt`)
    }
  )

  app.get(
    '/api/training/:id/artifacts/:name',
    { config: user, schema: { ...doc('downloadArtifact', 'One file'), params: FileParams, response: file } },
    async (req, reply) => {
      const { id, name } = req.params
      const found = await findArtifact(db, userOf(req).workspace_id, id, name)
      return sendArtifact(req, reply, store, found.file, name)
    }
  )

  app.post(
    '/api/training/:id/artifacts/:name/link',
    {
      config: user,
      schema: {
        ...doc('linkArtifact', 'A link to one file that works without a token for 5 minutes'),
        params: FileParams,
        body: Type.Optional(Type.Object({}, { additionalProperties: false })),
        response: { 201: Link, ...refusals }
      }
    },
    async (req, reply) => {
      const { id, name } = req.params
      const found = await findArtifact(db, userOf(req).workspace_id, id, name)
      const { token, expires_at } = signLink(signer, { job_id: id, attempt: found.file.attempt, name })
      const url = `${publicBase(deps.publicUrls, req.headers.host)}/api/links/${token}`
      return reply.code(201).header('cache-control', 'no-store').send({ url, expires_at })
    }
  )

  app.get(
    '/api/links/:token',
    {
      config: { access: 'public', notFound: 'LINK_NOT_FOUND' },
      schema: {
        ...doc('followJobLink', 'One file, by a link'),
        security: [],
        params: Closed({ token: Type.String({ minLength: 1, maxLength: 2_000 }) }),
        response: file
      }
    },
    async (req, reply) => {
      const { job_id, attempt, name } = readLink(signer, Target, req.params.token)
      const [found] = await db
        .select()
        .from(artifacts)
        .where(and(eq(artifacts.jobId, job_id), eq(artifacts.attempt, attempt), eq(artifacts.name, name)))
        .limit(1)
      if (!found) throw fail('LINK_NOT_FOUND')
      return sendArtifact(req, reply, store, found, name)
    }
  )
}
