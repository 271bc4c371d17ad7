import { RangeOutside } from '@trainyard/object-store/errors'
import { sendObject } from '@trainyard/object-store/send-object'
import type { ObjectStore } from '@trainyard/object-store/store'
import { fail } from '@trainyard/service-kit/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ListedDataset } from './db/datasets.ts'
import { fromStore } from './upload/errors.ts'

type File = Pick<ListedDataset, 'name' | 'format' | 'gzip' | 'bytes' | 'sha256' | 'objectKey'>

const types = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  text: 'text/plain; charset=utf-8'
}

/** The dataset's name with the extension of what it is. */
export function downloadName({ name, format, gzip }: Pick<File, 'name' | 'format' | 'gzip'>): string {
  const extension = `.${format === 'text' ? 'txt' : format}${gzip ? '.gz' : ''}`
  const safe = name.replace(/[/\\:*?"<>|]/g, '_')
  return safe.toLowerCase().endsWith(extension) ? safe : safe + extension
}

/** The original bytes: whole and checked against their hash, or one range. */
export async function sendFile(req: FastifyRequest, reply: FastifyReply, store: ObjectStore, file: File) {
  const { objectKey: key, bytes, sha256 } = file
  const contentType = file.gzip ? 'application/gzip' : types[file.format]
  try {
    return await sendObject(req, reply, store, {
      key,
      bytes,
      sha256,
      contentType,
      fileName: downloadName(file)
    })
  } catch (error) {
    if (error instanceof RangeOutside) throw fail('RANGE_NOT_SATISFIABLE', { cause: error })
    throw fromStore(error)
  }
}
