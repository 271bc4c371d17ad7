import type { App } from '@trainyard/service-kit/server'

/** What is still read of a body that nobody wants, and for how long. */
const READ_BYTES = 512 * 1_024
const READ_MS = 2_000

/**
 * When a request is answered before its body has arrived, the connection cannot be closed at once: unread
 * bytes turn the close into a reset, and the client loses the answer. Nor may the rest be read to its end,
 * which can be gigabytes. So a little more is read and thrown away; a short rest leaves the connection
 * usable, a longer one closes it.
 */
export function boundEarlyReplies(app: App) {
  app.addHook('onRequest', async (req, reply) => {
    const { raw } = req
    reply.raw.once('finish', () => {
      if (raw.complete || raw.destroyed) return
      let left = READ_BYTES
      const close = () => raw.socket.destroy()
      const timer = setTimeout(close, READ_MS)
      raw.on('data', (chunk: Buffer) => {
        left -= chunk.length
        if (left < 0) close()
      })
      const stop = () => clearTimeout(timer)
      raw.once('end', stop).once('close', stop)
      raw.resume()
    })
  })
}
