import type { App } from '@trainyard/service-kit/server'

/** What is still read of a body that nobody wants, and for how long. */
const READ_BYTES = 512 * 1_024
const READ_MS = 2_000

/**
 * When a request is answered before its body has arrived, the connection cannot be closed at once: the close
 * of a connection with unread bytes is a reset, and a client that is still writing meets it before it has
 * read the answer. Nor may the rest be read to its end, which can be gigabytes. So a little more is read and
 * thrown away, and a short rest leaves the connection usable. With a longer one nothing more is read, the
 * client, which cannot go on writing, has time to read the answer, and then the connection is closed.
 */
export function boundEarlyReplies(app: App) {
  app.addHook('onRequest', async (req, reply) => {
    const { raw } = req
    reply.raw.once('finish', () => {
      if (raw.complete || raw.destroyed) return
      let left = READ_BYTES
      const timer = setTimeout(() => raw.socket.destroy(), READ_MS)
      raw.on('data', (chunk: Buffer) => {
        left -= chunk.length
        if (left < 0) raw.pause()
      })
      const stop = () => clearTimeout(timer)
      raw.once('end', stop).once('close', stop)
      raw.resume()
    })
  })
}
