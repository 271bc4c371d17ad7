import { once } from 'node:events'
import { connect } from 'node:net'

const BOUNDARY = 'x-e2e-boundary'

type Upload = {
  url: string
  token: string
  fileName: string
  content: Buffer
  /** `length` announces the size of the body first, `chunked` does not. */
  framing?: 'length' | 'chunked'
  /** Bytes of the body after which the connection is cut, as a pulled plug does. */
  cutAfter?: number
}

/**
 * `POST /api/datasets/upload` byte by byte over a socket of our own, because a client library would mend or
 * refuse what is tested here. Gives the reply's status and body, or undefined after a cut.
 */
export async function rawUpload(upload: Upload): Promise<{ status: number; body: string } | undefined> {
  const { url, token, fileName, content, framing = 'length', cutAfter } = upload
  const { hostname, port, host } = new URL(url)
  const body = multipart(fileName, content)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  const reply = readReply(socket)
  socket.write(
    [
      'POST /api/datasets/upload HTTP/1.1',
      `host: ${host}`,
      `authorization: Bearer ${token}`,
      `content-type: multipart/form-data; boundary=${BOUNDARY}`,
      framing === 'length' ? `content-length: ${body.length}` : 'transfer-encoding: chunked',
      'connection: close',
      '\r\n'
    ].join('\r\n')
  )
  const sent = cutAfter === undefined ? body : body.subarray(0, cutAfter)
  for (let at = 0; at < sent.length && !socket.destroyed && socket.writable; at += 262_144) {
    const piece = sent.subarray(at, at + 262_144)
    if (framing === 'chunked') socket.write(`${piece.length.toString(16)}\r\n`)
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    if (framing === 'chunked') socket.write('\r\n')
  }
  if (cutAfter !== undefined) {
    socket.destroy()
    await reply
    return undefined
  }
  if (framing === 'chunked') socket.write('0\r\n\r\n')
  const text = await reply
  return { status: Number(text.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n') + 4) }
}

/** Size of the body that carries `content`, so that a test can cut it at a share of it. */
export const uploadSize = (fileName: string, content: Buffer) => multipart(fileName, content).length

function multipart(fileName: string, content: Buffer) {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: text/csv\r\n\r\n`
  return Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
}

function readReply(socket: ReturnType<typeof connect>) {
  return new Promise<string>((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that has answered may reset while we still send; what it said before counts.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
  })
}
