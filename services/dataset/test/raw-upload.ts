import { connect, type Socket } from 'node:net'

const boundary = 'trainyard-test-boundary'
export const contentType = `multipart/form-data; boundary=${boundary}`

export const fileHead = (name = 'a.csv', field = 'file') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`
export const fieldPart = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
export const end = `\r\n--${boundary}--\r\n`

export type RawReply = { status: number; code: string | undefined; closed: boolean; ms: number; sent: number }

type Options = {
  port: number
  token?: string
  /** Content-Length; without it the body is chunked. */
  length?: number
  headers?: Record<string, string>
}

/** An HTTP/1.1 POST over a bare socket, so that a test decides about every byte and when the connection ends. */
export async function openUpload({ port, token, length, headers = {} }: Options) {
  const socket: Socket = connect({ port, host: '127.0.0.1' })
  await new Promise((done, fail) => socket.once('connect', done).once('error', fail))
  const began = performance.now()
  let text = ''
  let sent = 0
  let closed = false
  const over = new Promise<void>((done) => socket.once('close', () => done()))
  let answered: (() => void) | undefined
  const answer = new Promise<void>((done) => (answered = done))
  socket.on('error', () => (closed = true))
  socket.on('close', () => {
    closed = true
    answered?.()
  })
  socket.on('end', () => (closed = true))
  let answeredAt = 0
  socket.on('data', (chunk) => {
    text += chunk.toString()
    const head = text.indexOf('\r\n\r\n')
    const bytes = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (head < 0 || text.length < head + 4 + bytes) return
    answeredAt ||= performance.now()
    answered?.()
  })
  const lines = {
    host: 'first.test',
    'content-type': contentType,
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) }),
    ...headers
  }
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}`)
  socket.write(`POST /api/datasets/upload HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`)

  /** False when nobody reads any more. */
  const send = async (data: string | Uint8Array): Promise<boolean> => {
    if (closed) return false
    const bytes = Buffer.from(data)
    sent += bytes.length
    if (length === undefined) socket.write(`${bytes.length.toString(16)}\r\n`)
    const flowing = socket.write(bytes)
    if (length === undefined) socket.write('\r\n')
    if (flowing) return true
    const drained = new Promise<void>((done) => socket.once('drain', done))
    await Promise.race([drained, over, answer])
    return !closed && !answeredAt
  }
  return {
    socket,
    send,
    finish: () => {
      if (length === undefined && !closed) socket.write('0\r\n\r\n')
    },
    cut: async () => {
      socket.destroy()
      await over
    },
    reply: async (): Promise<RawReply> => {
      await answer
      const body = text.slice(text.indexOf('\r\n\r\n') + 4)
      return {
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
        code: /"code":"(\w+)"/.exec(body)?.[1],
        closed,
        ms: (answeredAt || performance.now()) - began,
        sent
      }
    }
  }
}

/** A whole upload of `bytes` file bytes, with length or chunked. */
export async function uploadBytes(
  port: number,
  token: string,
  bytes: number,
  { chunked = false, chunk = 65_536, pick = (_n: number) => 0x61 } = {}
): Promise<RawReply> {
  const length = fileHead().length + bytes + end.length
  const upload = await openUpload({ port, token, ...(chunked ? {} : { length }) })
  await upload.send(fileHead())
  for (let at = 0; at < bytes; at += chunk) {
    if (!(await upload.send(Buffer.alloc(Math.min(chunk, bytes - at), pick(at))))) break
  }
  await upload.send(end)
  upload.finish()
  const reply = await upload.reply()
  upload.socket.destroy()
  return reply
}
