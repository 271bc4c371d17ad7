import { createHash } from 'node:crypto'
import { fail } from '@trainyard/service-kit/errors'
import { headBytes } from './format.ts'

/** Passes a file on while counting and hashing it and keeping its beginning; fails on the first byte past the limit. */
export function createMeter(limitBytes: number) {
  const hash = createHash('sha256')
  let head = Buffer.alloc(0)
  let bytes = 0
  return {
    through: async function* (file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of file) {
        bytes += chunk.length
        if (bytes > limitBytes) throw tooLarge(limitBytes)
        hash.update(chunk)
        if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)])
        yield chunk
      }
    },
    /** Once the file has ended. */
    result: () => ({ bytes, sha256: hash.digest('hex'), head })
  }
}

export const tooLarge = (limitBytes: number) =>
  fail('UPLOAD_TOO_LARGE', {
    message: `The file is larger than the ${limitBytes} bytes that this server takes.`
  })
