import { HEAD_BYTES } from './file-check.ts'

export type Head = { bytes: Uint8Array; whole: boolean }

/** The beginning of a file, inflated where it is gzip; broken gzip gives what came before the fault. */
export async function readHead(file: Blob): Promise<Head> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const whole = file.size <= HEAD_BYTES
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { bytes, whole }
  return inflate(bytes, whole)
}

/** At most `HEAD_BYTES` come out, so that a gzip bomb costs no more than a file. */
async function inflate(compressed: Uint8Array<ArrayBuffer>, whole: boolean): Promise<Head> {
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  const out = new Uint8Array(HEAD_BYTES)
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { bytes: out.subarray(0, length), whole }
      const taken = value.subarray(0, HEAD_BYTES - length)
      out.set(taken, length)
      length += taken.length
      if (length === HEAD_BYTES) break
    }
  } catch {
    // Cut at HEAD_BYTES, the stream always ends too early; the server says where a whole file is broken.
    return { bytes: out.subarray(0, length), whole: false }
  }
  await reader.cancel()
  return { bytes: out, whole: false }
}
