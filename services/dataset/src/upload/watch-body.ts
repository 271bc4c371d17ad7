import type { IncomingMessage } from 'node:http'
import { type AppError, fail } from '@trainyard/service-kit/errors'

export type BodyLimits = {
  /** Of the whole request: what stands around the file is bounded too. */
  totalBytes: number
  onTooLarge: () => AppError
  /** Without one byte from the client. */
  stallMs: number
  /** Of the whole request. */
  totalMs: number
  everyMs?: number
}

/**
 * A request's body has no limits of its own in Node once its head has arrived, and the multipart parser skips what
 * stands before the first part without counting. `failed` rejects when a limit is passed; it never resolves.
 */
export function watchBody(req: IncomingMessage, limits: BodyLimits) {
  const { totalBytes, onTooLarge, stallMs, totalMs, everyMs = 250 } = limits
  const first = req.socket.bytesRead
  const began = performance.now()
  let last = first
  let moved = began
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    // The parser hears of a cut only if it comes after the parser was made.
    const onClose = () => {
      if (!req.complete) reject(fail('UPLOAD_CUT'))
    }
    if (req.destroyed) onClose()
    else req.once('close', onClose)
    timer = setInterval(() => {
      const now = performance.now()
      const read = req.socket.bytesRead
      if (read > last) moved = now
      last = read
      if (req.complete) return
      if (read - first > totalBytes) reject(onTooLarge())
      else if (now - moved > stallMs)
        reject(fail('UPLOAD_CUT', { message: 'No byte came for a while; send it again.' }))
      else if (now - began > totalMs)
        reject(fail('UPLOAD_CUT', { message: 'The upload took too long; send it again.' }))
    }, everyMs)
  })
  // Whoever does not wait for it any more has its answer already.
  failed.catch(() => undefined)
  return { failed, stop: () => clearInterval(timer) }
}
