import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'

export type Reply = {
  status: number
  headers: IncomingHttpHeaders
  text: string
  json: () => ReturnType<typeof JSON.parse>
}
type Ask = { method?: string; headers?: Record<string, string>; body?: string }

/** A request whose path and headers are sent exactly as given, which `fetch` does not do. */
export async function ask(
  base: string,
  path: string,
  { method = 'GET', headers = {}, body }: Ask = {}
): Promise<Reply> {
  const { hostname, port } = new URL(base)
  const req = request({ hostname, port, path, method, headers, agent: false })
  req.end(body)
  const [res] = await once(req, 'response')
  let text = ''
  for await (const chunk of res) text += chunk
  return { status: res.statusCode, headers: res.headers, text, json: () => JSON.parse(text) }
}

/** Bytes on a socket, as they are; gives what came back until the server or `ms` ended it. */
export async function raw(port: number, bytes: string, ms = 2_000): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => (text += chunk))
  socket.on('error', (error) => (text += `\n# ${error.message}`))
  socket.write(bytes)
  await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, ms).unref())])
  socket.destroy()
  return text
}

const CHUNK = Buffer.alloc(65_536, 'x')

/** `megabytes` of the same bytes, made as they are asked for. `sent` counts those taken so far. */
export function megabytes(count: number) {
  let left = count * 16
  const state = { sent: 0 }
  const stream = new Readable({
    read() {
      if (left-- <= 0) return this.push(null)
      state.sent += CHUNK.length
      this.push(CHUNK)
    }
  })
  return { stream, state }
}
