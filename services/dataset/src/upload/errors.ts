import { ObjectMissing, StoreUnavailable } from '@trainyard/object-store/errors'
import { AppError, fail } from '@trainyard/service-kit/errors'

/** What the object store's errors mean to a client. */
export function fromStore(error: unknown): unknown {
  if (error instanceof StoreUnavailable) {
    return fail('UNAVAILABLE', {
      message: 'The object store is away; try again in a few seconds.',
      cause: error
    })
  }
  if (error instanceof ObjectMissing) return fail('DATASET_NOT_FOUND', { cause: error })
  return error
}

const codeOf = (error: Error) => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** What goes wrong while a form is read, as the code that a client can act on. */
export function fromUpload(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = codeOf(error)
  if (code === 'FST_MP_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'ABORT_ERR') {
    return fail('UPLOAD_CUT', { cause: error })
  }
  if (code === 'FST_FILES_LIMIT') {
    return fail('VALIDATION', {
      details: [{ pointer: '/file', message: 'one file at a time' }],
      cause: error
    })
  }
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT' || code === 'FST_PROTO_VIOLATION') {
    return fail('VALIDATION', {
      details: [{ pointer: '', message: 'the form has one file, "file", and at most one field, "name"' }],
      cause: error
    })
  }
  if (code.startsWith('FST_')) return fail('NOT_MULTIPART', { cause: error })
  // The parser's own errors have no codes.
  if (/boundary/i.test(error.message)) return fail('NOT_MULTIPART', { cause: error })
  if (/unexpected end|terminated early|malformed/i.test(error.message))
    return fail('UPLOAD_CUT', { cause: error })
  return fromStore(error)
}
