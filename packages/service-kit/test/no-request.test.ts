import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ErrorBody } from '@trainyard/contracts/common'
import t from 'tap'
import { createLog } from '../src/log.ts'
import { createServer, listen } from '../src/server.ts'

const said: string[] = []
const log = createLog('test', 'warn', { write: (line) => void said.push(line) })
const server = createServer({ log, headersMs: 400 })
// What limits count by.
server.addHook('onRequest', async (req) => void req.ip.length)
server.get('/fine', async () => ({ fine: true }))
let goOn: () => void = () => undefined
server.get('/long', (_req, reply) => {
  reply.hijack()
  reply.raw.writeHead(200, { 'content-type': 'text/plain' })
  reply.raw.write('begun')
  goOn = () => reply.raw.end('done')
})
const port = await listen(server, { host: '127.0.0.1', port: 0 })
t.teardown(() => server.close())

const open = async () => {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const closed = once(socket, 'close')
  return { socket, read: () => text, closed }
}

/** Everything that comes back until the connection is closed. */
async function answersTo(bytes: string): Promise<string> {
  const { socket, read, closed } = await open()
  socket.write(bytes)
  await closed
  return read()
}

function parts(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const [status = '', ...headers] = head.split('\r\n')
  return { status, headers, body }
}

t.test('what is no request gets the error body, and the connection is closed', async (t) => {
  const host = 'host: trainyard.test\r\n'
  const table: [string, string, number, string][] = [
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'BAD_REQUEST'],
    ['a space in a header name', `GET /fine HTTP/1.1\r\n${host}a b: c\r\n\r\n`, 400, 'BAD_REQUEST'],
    [
      'two lengths (request smuggling)',
      `POST /fine HTTP/1.1\r\n${host}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'BAD_REQUEST'
    ],
    ['HTTP/1.1 without Host', 'GET /fine HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'a header of 20 KiB',
      `GET /fine HTTP/1.1\r\n${host}cookie: ${'x'.repeat(20_480)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE'
    ],
    [
      'a header of 4 MB, which is still being sent when it is refused',
      `GET /fine HTTP/1.1\r\n${host}cookie: ${'x'.repeat(4_000_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE'
    ],
    ['an address of 20 KiB', `GET /${'x'.repeat(20_480)} HTTP/1.1\r\n${host}\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ['headers that never end', `GET /fine HTTP/1.1\r\n${host}`, 408, 'REQUEST_TIMEOUT'],
    [
      'chunk extensions of 20 KiB',
      `POST /fine HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\n1;a=${'x'.repeat(20_480)}\r\n`,
      413,
      'TOO_LARGE'
    ]
  ]
  for (const [name, bytes, status, code] of table) {
    const answer = parts(await answersTo(bytes))
    t.match(answer.status, `HTTP/1.1 ${status} `, name)
    const { error } = JSON.parse(answer.body) as ErrorBody
    t.match(error, { code, details: [], message: /\.$/ }, name)
    t.ok(answer.headers.includes(`x-request-id: ${error.request_id}`), name)
    t.ok(answer.headers.includes('content-type: application/json; charset=utf-8'), name)
    t.ok(answer.headers.includes(`content-length: ${Buffer.byteLength(answer.body)}`), name)
  }
})

t.test('an Expect that nobody knows is a request like any other; an old client needs no Host', async (t) => {
  const request =
    'GET /fine HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: the-spanish-inquisition\r\n\r\n'
  t.match(await answersTo(request), /^HTTP\/1.1 200 [\s\S]*{"fine":true}$/)
  t.match(await answersTo('GET /fine HTTP/1.0\r\n\r\n'), /^HTTP\/1.1 200 [\s\S]*{"fine":true}$/)
})

t.test('rubbish after a good request is refused after its answer, and never within one', async (t) => {
  const good = 'GET /fine HTTP/1.1\r\nhost: x\r\n\r\n'
  const kept = await open()
  kept.socket.write(good)
  while (!kept.read().endsWith('{"fine":true}')) await sleep(5)
  kept.socket.write('rubbish\r\n\r\n')
  await kept.closed
  t.match(kept.read(), /^HTTP\/1.1 200 [\s\S]*HTTP\/1.1 400 [\s\S]*"BAD_REQUEST"/)

  const cut = await open()
  cut.socket.write('GET /long HTTP/1.1\r\nhost: x\r\n\r\n')
  while (!cut.read().includes('begun')) await sleep(5)
  cut.socket.on('error', () => undefined).write('rubbish\r\n\r\n')
  await cut.closed
  goOn()
  t.notMatch(cut.read(), /BAD_REQUEST/, 'a half answer is cut, not mixed with another')
})

t.test('a peer that is gone before its request is looked at is no error of ours', async (t) => {
  const chunk = 'POST /fine HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n'
  t.match(await answersTo(chunk), /^HTTP\/1.1 400 [\s\S]*"BAD_REQUEST"/)
  for (let i = 0; i < 30; i++) {
    const { socket, closed } = await open()
    socket.write(i % 2 ? chunk : 'GET /fine HTTP/1.1\r\nhost: x\r\n\r\n')
    if (i % 3) await new Promise(setImmediate)
    socket.resetAndDestroy()
    await closed
  }
  t.match(await answersTo('GET /fine HTTP/1.0\r\n\r\n'), /{"fine":true}$/)
  t.same(said, [])
})
