import { ObjectMissing, RangeOutside } from '@trainyard/object-store/errors'
import { sendObject } from '@trainyard/object-store/send-object'
import type { ObjectStore } from '@trainyard/object-store/store'
import { fail } from '@trainyard/service-kit/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentType } from './artifacts.ts'
import type { ArtifactRow } from './db/schema.ts'

/** An artifact: whole and checked against its hash, or one range. */
export async function sendArtifact(
  req: FastifyRequest,
  reply: FastifyReply,
  store: ObjectStore,
  { key, bytes, sha256, name }: ArtifactRow,
  fileName: string
) {
  try {
    return await sendObject(req, reply, store, {
      key,
      bytes,
      sha256,
      contentType: contentType(name),
      fileName
    })
  } catch (cause) {
    if (cause instanceof RangeOutside) throw fail('RANGE_NOT_SATISFIABLE', { cause })
    if (cause instanceof ObjectMissing) throw fail('ARTIFACT_NOT_FOUND', { cause })
    throw fail('UNAVAILABLE', { cause })
  }
}
