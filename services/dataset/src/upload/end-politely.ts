import type { IncomingMessage } from 'node:http'

/** More than what is under way on a fast line, less than anybody minds. */
const readOn = 512 * 1024
const lingerMs = 2_000

/**
 * For an answer given before the request's body has ended, with `Connection: close`. Closing a socket that has unread
 * bytes resets it, and the client may lose the answer; reading on to the end lets it send 100 MB for nothing. So: the
 * answer and our end of the connection go out, a little is still read, and the rest is left to the client, who sees
 * the answer; after two seconds the connection is gone.
 */
export function endPolitely(req: IncomingMessage) {
  const { socket } = req
  let left = readOn
  // What Node calls after the last byte of such an answer; its own version destroys the socket.
  socket.destroySoon = () => {
    socket.end()
  }
  req.unpipe()
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) req.pause()
  })
  req.on('error', () => socket.destroy())
  req.once('end', () => socket.destroy())
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  req.resume()
}
