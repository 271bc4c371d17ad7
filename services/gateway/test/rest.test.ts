import { once } from 'node:events'
import { request } from 'node:http'
import { newId } from '@trainyard/service-kit/ids'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { ask, megabytes, raw } from './http.ts'
import { echo, json, startGateway, upstream } from './start-gateway.ts'

const MiB = 1_048_576
const received = { bytes: 0, aborted: 0 }
const ENDED = newId()

const gateway = await startGateway(t, {
  revoked: [ENDED],
  dataset: (req, res) => {
    if (req.url === '/api/datasets/upload') {
      req.on('data', (chunk) => (received.bytes += chunk.length))
      req.on('end', () => json(res, { bytes: received.bytes }, 201))
      req.on('close', () => (received.aborted += req.complete ? 0 : 1))
    } else if (req.url === '/api/datasets/refuse') {
      req.on('data', (chunk) => (received.bytes += chunk.length))
      json(res, { error: { code: 'UPLOAD_TOO_LARGE' } }, 413)
      res.once('finish', () => req.socket.end())
    } else if (req.url === '/api/datasets/big') {
      const { stream } = megabytes(50)
      res.writeHead(200, {
        'content-type': 'text/csv',
        'content-length': String(50 * MiB),
        server: 'inner/1'
      })
      stream.pipe(res)
    } else if (req.url === '/api/datasets/half') {
      res.writeHead(200, { 'content-length': '1000000' })
      res.write('half', () => req.socket.destroy())
    } else if (req.url === '/api/datasets/dies') req.socket.destroy()
    else echo(req, res)
  }
})
const { url, port, issuer } = gateway
const token = await issuer.token()
const bearer = { authorization: `Bearer ${token}` }
/** Resident memory of the gateway, in MiB. */
const memory = async () =>
  Number(
    /^process_resident_memory_bytes\S* (\S+)/m.exec((await ask(gateway.internalUrl, '/metrics')).text)?.[1]
  ) / MiB

t.test('each prefix goes to its service, with the path as it was', async (t) => {
  for (const [path, method] of [
    ['/api/datasets?limit=2&x=%2e%2e', 'GET'],
    ['/api/datasets/018f-1/preview', 'GET'],
    ['/api/training/018f-1/stop', 'POST'],
    ['/api/training', 'POST'],
    ['/api/auth/login', 'POST'],
    ['/api/auth/me', 'GET']
  ]) {
    const { status, json } = await ask(url, String(path), { method: String(method), headers: bearer })
    t.equal(status, 200)
    t.match(json(), { method, url: path, headers: { authorization: bearer.authorization } })
  }
  t.equal((await ask(url, '/api/links/d_abc')).json().url, '/api/links/d_abc')
  t.equal((await ask(url, '/api/links/j_abc')).status, 200)
  t.equal((await ask(url, '/api/links/x_abc')).json().error.code, 'LINK_NOT_FOUND')
  t.equal((await ask(url, '/api/nothing')).json().error.code, 'NOT_FOUND')
  const head = await ask(url, '/api/datasets', { method: 'HEAD', headers: bearer })
  t.match([head.status, head.text, head.headers['content-type']], [200, '', 'application/json'])
  t.equal(head.headers['cache-control'], 'no-store')
  t.match((await ask(url, '/.well-known/jwks.json')).json(), { keys: [{ kid: 'k1' }] })
})

t.test('a client cannot speak for us: what only we may say is dropped and said anew', async (t) => {
  const { json } = await ask(url, '/api/datasets', {
    headers: {
      ...bearer,
      host: 'trainyard.test:3000',
      'x-user-id': 'root',
      'x-user-role': 'admin',
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=1.2.3.4',
      'x-real-ip': '1.2.3.4',
      te: 'trailers',
      connection: 'close, x-secret',
      'x-secret': 'for the next hop alone',
      'proxy-authorization': 'Basic eA==',
      'x-request-id': 'my-own-request-id',
      'idempotency-key': 'kept',
      cookie: 'ty_refresh=secret'
    }
  })
  const { headers } = json()
  t.match(headers, {
    host: 'trainyard.test:3000',
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': 'trainyard.test:3000',
    'x-forwarded-proto': 'http',
    'x-request-id': 'my-own-request-id',
    'idempotency-key': 'kept'
  })
  const gone = [
    'x-user-id',
    'x-user-role',
    'forwarded',
    'x-real-ip',
    'te',
    'x-secret',
    'proxy-authorization',
    'cookie'
  ]
  for (const name of gone) t.equal(headers[name], undefined, name)
  const toAuth = await ask(url, '/api/auth/refresh', {
    method: 'POST',
    headers: { cookie: 'ty_refresh=secret' }
  })
  t.equal(toAuth.json().headers.cookie, 'ty_refresh=secret', 'auth alone sees cookies')
})

t.test(
  'no token, an expired or forged one, or one whose session ended is 401 before anything is passed on',
  async (t) => {
    const ended = await issuer.token({ sid: ENDED })
    t.equal((await ask(url, '/api/datasets')).status, 401)
    for (const bad of [
      '',
      'x',
      `${token}x`,
      await issuer.token({}, Math.floor(Date.now() / 1_000) - 1),
      await issuer.boardToken()
    ]) {
      const { status, json } = await ask(url, '/api/training', {
        headers: { authorization: `Bearer ${bad}` }
      })
      t.equal(status, 401)
      t.equal(json().error.code, 'UNAUTHENTICATED')
    }
    const headers = { authorization: `Bearer ${ended}` }
    t.equal((await ask(url, '/api/datasets', { headers })).status, 401, 'the first list named its session')
    t.equal((await ask(url, '/api/datasets', { headers: bearer })).status, 200, 'others are not')
  }
)

t.test('internal routes do not exist here, however they are spelled', async (t) => {
  for (const path of [
    '/internal/revocations',
    '/internal',
    '/api/auth/internal/revocations',
    '/api/training/internal/claim',
    '/api/training/INTERNAL/claim',
    '/api/training/%69nternal/claim',
    '/api/training/%2569nternal/claim',
    '/api/training/x/../internal/claim',
    '/api/training/x/%2e%2e/internal/claim',
    '/api/training/./internal/claim',
    '/api/training//internal/claim',
    '/api/training/..%2finternal/claim',
    '/api/training/..%5cinternal/claim',
    '/api/training/..\\internal\\claim',
    '/api/training/;/internal/claim',
    '/api/training/..;/internal/claim',
    '//internal/revocations',
    '/api/datasets/%00/internal',
    '/api/datasets/..',
    '/api/datasets/%2e%2e/%2e%2e/metrics',
    '/metrics',
    '/openapi.json',
    '/api/training/%E0%A4%A'
  ]) {
    const { status, json } = await ask(url, path, { headers: bearer })
    t.equal(status, 404, path)
    t.equal(json().error.code, 'NOT_FOUND', path)
  }
  const absolute = await raw(
    port,
    `GET http://127.0.0.1/api/training/internal/claim HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`
  )
  t.match(absolute, /^HTTP\/1\.1 404/)
})

t.test('50 MiB go up and down, and the gateway does not grow', async (t) => {
  const before = await memory()
  received.bytes = 0
  let peak = before
  const watch = setInterval(() => memory().then((now) => (peak = Math.max(peak, now))), 200)
  const { stream } = megabytes(50)
  const up = request(`${url}/api/datasets/upload`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'text/csv' }
  })
  stream.pipe(up)
  const [reply] = await once(up, 'response')
  t.equal(reply.statusCode, 201)
  reply.resume()
  t.equal(received.bytes, 50 * MiB)

  const down = request(`${url}/api/datasets/big`, { headers: bearer }).end()
  const [download] = await once(down, 'response')
  let bytes = 0
  // A reader slower than the sender: the rest has to wait at the source.
  for await (const chunk of download) {
    bytes += chunk.length
    if (bytes % (4 * MiB) < chunk.length) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  clearInterval(watch)
  t.equal(bytes, 50 * MiB)
  t.equal(download.headers['content-length'], String(50 * MiB))
  t.equal(download.headers.server, undefined, 'what runs inside is not told')
  t.comment(`resident before ${before.toFixed(0)} MiB, peak ${peak.toFixed(0)} MiB`)
  t.ok(peak - before < 40, `grew by ${(peak - before).toFixed(0)} MiB`)
})

t.test('a refusal reaches the client in the middle of its upload, and little more is read', async (t) => {
  received.bytes = 0
  const refused = async (what: string, path: string, headers: Record<string, string>, status: number) => {
    const { stream, state } = megabytes(90)
    const started = performance.now()
    const req = request(`${url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'text/csv', 'content-length': String(90 * MiB) }
    })
    const closed = new Promise((resolve) => req.once('close', resolve))
    stream.pipe(req)
    const [res] = await once(req, 'response')
    // In the end the server closes the connection while we would still send; the answer came before.
    req.on('error', () => undefined)
    t.equal(res.statusCode, status, what)
    let text = ''
    for await (const chunk of res) text += chunk
    t.match(JSON.parse(text), { error: { code: String } }, `${what}: whole`)
    t.ok(performance.now() - started < 2_000, `${what}: in time`)
    await closed
    t.ok(
      state.sent < 20 * MiB,
      `${what}: ${(state.sent / MiB).toFixed(1)} MiB left the client, socket buffers included`
    )
  }
  await Promise.all([
    refused('by a service', '/api/datasets/refuse', bearer, 413),
    refused('for want of a token', '/api/datasets/upload', {}, 401),
    refused('of a path', '/api/nothing', bearer, 404)
  ])
  t.ok(received.bytes < 8 * MiB, `${(received.bytes / MiB).toFixed(1)} MiB reached the service`)
})

t.test('a short refused body leaves the connection usable', async (t) => {
  const one =
    'POST /api/nothing HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 5\r\n\r\nhello'
  const text = await raw(port, `${one}GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  t.match(text, /^HTTP\/1\.1 404[\s\S]*HTTP\/1\.1 200/)
})

t.test('a client that hangs up ends the request at the service, and is no error of ours', async (t) => {
  received.aborted = 0
  const { stream } = megabytes(90)
  const req = request(`${url}/api/datasets/upload`, { method: 'POST', headers: bearer })
  req.on('error', () => undefined)
  stream.pipe(req)
  received.bytes = 0
  await eventually(() => received.bytes > MiB)
  req.destroy()
  await eventually(() => received.aborted === 1)
  await eventually(() => /"aborted":true/.test(gateway.output()))
  t.notMatch(gateway.output(), /"status":500/)
  t.equal((await ask(url, '/healthz')).status, 200)
})

t.test('a service that dies is 503 with Retry-After; one that is back is used again', async (t) => {
  const died = await ask(url, '/api/datasets/dies', { headers: bearer, method: 'POST' })
  t.match([died.status, died.json().error.code, died.headers['retry-after']], [503, 'UNAVAILABLE', '2'])
  await t.rejects(
    ask(url, '/api/datasets/half', { headers: bearer }),
    'what ends early is not passed off as whole'
  )
  await gateway.job.stop()
  const away = await ask(url, '/api/training', { headers: bearer })
  t.match([away.status, away.json().error.code, away.headers['retry-after']], [503, 'UNAVAILABLE', '2'])
  t.equal((await ask(url, '/api/datasets', { headers: bearer })).status, 200, 'the others go on')
  await upstream(t, echo, gateway.job.port)
  await eventually(async () => (await ask(url, '/api/training', { headers: bearer })).status === 200)
  t.notMatch(gateway.output(), /"status":500/)
})
