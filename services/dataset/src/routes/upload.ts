import multipart from '@fastify/multipart'
import { ErrorBody } from '@trainyard/contracts/common'
import { Dataset } from '@trainyard/contracts/dataset'
import { datasetKey } from '@trainyard/object-store/keys'
import { fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import type { App } from '@trainyard/service-kit/server'
import { userOf } from '@trainyard/service-kit/user-auth'
import { validatorCompiler } from '@trainyard/service-kit/validator'
import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { commitUpload } from '../commit-upload.ts'
import type { Deps } from '../deps.ts'
import { endPolitely } from '../upload/end-politely.ts'
import { fromUpload } from '../upload/errors.ts'
import { tooLarge } from '../upload/meter.ts'
import { createPlaces } from '../upload/places.ts'
import { receiveForm } from '../upload/receive.ts'
import { watchBody } from '../upload/watch-body.ts'
import { datasetOf } from '../view.ts'

/** What may stand around the file: boundaries, part headers, one field. */
const formBytes = 64 * 1024
const totalMs = 6 * 3_600_000

const formLimits = (uploadBytes: number) => ({
  // One more than the limit: the meter sees the first byte too many and says it.
  fileSize: uploadBytes + 1,
  files: 1,
  fields: 1,
  parts: 2,
  fieldNameSize: 100,
  fieldSize: 4_096,
  headerPairs: 20,
  headerSize: 16_384
})

export async function uploadRoute(app: App, deps: Deps) {
  const { db, store, limits } = deps
  const { uploadBytes } = limits
  const takePlace = createPlaces(limits.uploads)
  await app.register(multipart, { limits: formLimits(uploadBytes), throwFileSizeLimit: false })

  /** What can be said before a byte is read. */
  const permit = (req: FastifyRequest) => {
    if (!/^multipart\/form-data\s*;/i.test(req.headers['content-type'] ?? '')) throw fail('NOT_MULTIPART')
    if (Number(req.headers['content-length'] ?? 0) > uploadBytes + formBytes) throw tooLarge(uploadBytes)
  }

  /** Permit, stream, check, commit, or undo. */
  const receive = async (req: FastifyRequest) => {
    const user = userOf(req)
    const id = newId()
    const key = datasetKey(id)
    const watch = watchBody(req.raw, {
      totalBytes: uploadBytes + formBytes,
      onTooLarge: () => tooLarge(uploadBytes),
      stallMs: limits.stallMs,
      totalMs
    })
    try {
      // A database that is away is said now, not after 100 MB.
      await db.execute(sql`select 1`).catch((cause: unknown) => {
        throw fail('UNAVAILABLE', { cause })
      })
      const form = await receiveForm(req.parts(), {
        ...{ store, key, limitBytes: uploadBytes, failed: watch.failed },
        onLeftover: (err) => req.log.warn({ err, dataset_id: id }, 'an object without a row was left')
      })
      return await commitUpload(deps, { id, key, userId: user.sub, workspaceId: user.workspace_id, ...form })
    } catch (error) {
      throw fromUpload(error)
    } finally {
      watch.stop()
    }
  }

  app.post(
    '/api/datasets/upload',
    {
      config: { access: 'user' },
      onRequest: async (req) => permit(req),
      onSend: async (req, reply, payload) => {
        if (!req.raw.complete) {
          reply.header('connection', 'close')
          endPolitely(req.raw)
        } else if (!req.raw.readableEnded) {
          // What has arrived is read away, or the connection's next request would wait behind it.
          req.raw.unpipe()
          req.raw.resume()
        }
        return payload
      },
      // The body below is for the document: the parts are checked as they arrive.
      validatorCompiler: (part) =>
        part.httpPart === 'body' ? (value: unknown) => ({ value }) : validatorCompiler(part),
      schema: {
        operationId: 'uploadDataset',
        tags: ['Datasets'],
        summary: 'Upload a file: CSV, TSV, JSON, JSONL or plain text, each also gzip',
        security: [{ bearer: [] }],
        consumes: ['multipart/form-data'],
        body: Type.Object({
          file: Type.String({ format: 'binary' }),
          name: Type.Optional(Type.String({ maxLength: 200 }))
        }),
        response: { 201: Dataset, '4xx': ErrorBody, '5xx': ErrorBody }
      }
    },
    async (req, reply) => {
      const leave = takePlace(userOf(req).sub)
      try {
        const row = await receive(req)
        return await reply.code(201).send(datasetOf(row))
      } finally {
        leave()
      }
    }
  )
}
