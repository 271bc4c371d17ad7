import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '@trainyard/service-kit/ids'
import { internalClient } from '@trainyard/service-kit/internal-client'
import { createLog } from '@trainyard/service-kit/log'
import { connectRedis } from '@trainyard/service-kit/redis'
import { createServer, listen } from '@trainyard/service-kit/server'
import { userAuth } from '@trainyard/service-kit/user-auth'
import { eventually } from '@trainyard/testing/eventually'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { freshRedis } from '@trainyard/testing/redis'
import t from 'tap'
import { gatewayConfig } from '../src/config.ts'
import { rateLimits } from '../src/limits.ts'
import { mergeDocuments } from '../src/openapi.ts'
import { pages } from '../src/pages.ts'
import { leaveBodies } from '../src/proxy.ts'
import { createRevocations } from '../src/revocations.ts'
import { createUpstream } from '../src/upstream.ts'
import { builtPages, PAGE, SCRIPT } from './built-pages.ts'
import { ask } from './http.ts'
import { echo, json, startGateway, startIssuer, upstream } from './start-gateway.ts'

const SIGNED = `X-Amz-Signature=${'a'.repeat(64)}`
const BOARD_PAGE = `<html><head><base href="/admin/queues/"><link href="https://fonts.googleapis.com/css2?family=X" rel="stylesheet">
<link href="static/css/main.css" rel="stylesheet"></head></html>`
const log = createLog('test', 'silent')

const gateway = await startGateway(t, {
  datasetStore: (req, res) => {
    if (req.url?.includes('page.html')) {
      res.writeHead(200, {
        'content-type': 'text/html',
        'content-disposition': 'inline',
        server: 'rclone',
        'access-control-allow-origin': '*'
      })
      res.end('<script>alert(1)</script>')
    } else if (req.headers.range === 'bytes=2-4') {
      const part = { 'content-range': 'bytes 2-4/10', 'content-length': '3', 'accept-ranges': 'bytes' }
      res.writeHead(200, part).end('234')
    } else echo(req, res)
  },
  jobInternal: (req, res) => {
    if (req.url === '/openapi.json') json(res, { openapi: '3.1.0', info: {}, paths: { '/api/training': {} } })
    else if (req.url === '/admin/queues')
      res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(BOARD_PAGE)
    else echo(req, res)
  }
})
const { url, issuer } = gateway
const headersOf = async (path: string, headers: Record<string, string> = {}) =>
  (await ask(url, path, { headers })).headers

t.test('every class of answer has its headers, errors too', async (t) => {
  const common = {
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'strict-transport-security': undefined
  }
  const page = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
  const start = "default-src 'self'; script-src 'self';"
  const middle =
    "img-src 'self' blob: data:; font-src 'self'; connect-src 'self' ws://trainyard.test:3000; worker-src 'self';"
  const trusted = "require-trusted-types-for 'script'; trusted-types trainyard-worker"
  const data = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
  const expected: Record<string, string> = {
    '/': `${start} style-src 'self'; ${middle} ${page}; ${trusted}`,
    '/sign-in': `${start} style-src 'self'; ${middle} ${page}; ${trusted}`,
    '/setup': `${start} style-src 'self'; ${middle} ${page}; ${trusted}`,
    '/nowhere': `${start} style-src 'self'; ${middle} ${page}; ${trusted}`,
    '/api-docs': `${start} style-src 'self' 'unsafe-inline'; ${middle} ${page}`,
    '/admin/queues': `${start} style-src 'self' 'unsafe-inline'; ${middle} ${page.replace("base-uri 'none'", "base-uri 'self'")}`,
    '/api/config': data,
    '/api/datasets': data,
    '/api/nothing': data,
    '/api-docs.json': data,
    [`/ty-datasets/a/b?${SIGNED}`]: data
  }
  for (const [path, policy] of Object.entries(expected)) {
    const headers = await headersOf(path)
    t.equal(headers['content-security-policy'], policy, path)
    for (const [name, value] of Object.entries(common)) t.equal(headers[name], value, `${path} ${name}`)
    t.equal(headers['referrer-policy'], policy === data ? 'no-referrer' : 'same-origin', path)
    t.ok(headers['x-request-id'], path)
    t.equal(headers.server, undefined, path)
  }
  const https = await headersOf('/', { host: 'trainyard.test' })
  t.equal(https['strict-transport-security'], 'max-age=31536000; includeSubDomains')
  t.match(https['content-security-policy'], /connect-src 'self' wss:\/\/trainyard\.test;/)
})

t.test('only our own addresses may call from a page', async (t) => {
  const ours = await headersOf('/api/config', { origin: 'https://trainyard.test' })
  t.equal(ours['access-control-allow-origin'], 'https://trainyard.test')
  t.match(ours.vary, /Origin/)
  t.equal(
    (await headersOf('/api/config', { origin: 'https://evil.example' }))['access-control-allow-origin'],
    undefined
  )
  const preflight = (origin: string) =>
    ask(url, '/api/training', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' }
    })
  const good = await preflight('http://trainyard.test:3000')
  t.equal(good.status, 204)
  t.match(good.headers['access-control-allow-headers'], /idempotency-key/)
  const bad = await preflight('https://evil.example')
  t.match([bad.status, bad.json().error.code], [403, 'ORIGIN_REFUSED'])
})

t.test('a signed address reaches the store as it was signed; anything else is nothing', async (t) => {
  const path = `/ty-datasets/018f/aB%20c?X-Amz-Date=1&${SIGNED}`
  const reply = await ask(url, path, {
    headers: {
      host: 'trainyard.test:3000',
      cookie: 'ty_refresh=secret',
      authorization: 'Bearer x',
      range: 'bytes=0-1'
    }
  })
  t.equal(reply.json().url, path)
  t.match(reply.json().headers, { host: 'trainyard.test:3000', range: 'bytes=0-1' })
  const part = await ask(url, path, { headers: { range: 'bytes=2-4', 'if-range': '"etag"' } })
  t.same([part.status, part.text], [206, '234'], 'a store that calls a part the whole is put right')
  t.match(part.headers, {
    'content-range': 'bytes 2-4/10',
    'content-length': '3',
    'accept-ranges': 'bytes',
    'content-disposition': 'attachment'
  })
  for (const range of ['bytes=0-1,3-4', 'items=0-1', 'bytes=-'])
    t.equal((await ask(url, path, { headers: { range } })).json().headers.range, undefined, range)
  const sent = await ask(url, path, { method: 'PUT', body: 'x', headers: { range: 'bytes=2-4' } })
  t.equal(sent.json().headers.range, undefined)
  for (const name of ['cookie', 'authorization', 'x-forwarded-for'])
    t.equal(reply.json().headers[name], undefined, name)
  const page = await ask(url, `/ty-datasets/page.html?${SIGNED}`)
  t.match(page.headers, {
    'content-disposition': 'attachment',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff'
  })
  t.equal(page.headers['access-control-allow-origin'], undefined)
  t.equal(
    (await ask(url, `/ty-artifacts/x?${SIGNED}`, { method: 'PUT', body: 'bytes' })).json().method,
    'PUT'
  )
  for (const bad of [
    '/ty-datasets/x',
    '/ty-datasets/',
    '/ty-datasets?list-type=2',
    `/ty-datasets/../ty-artifacts/x?${SIGNED}`,
    '/ty-datasets/x?X-Amz-Signature=short',
    `/ty-other/x?${SIGNED}`
  ]) {
    t.equal((await ask(url, bad)).status, 404, bad)
  }
  t.equal((await ask(url, `/ty-datasets/x?${SIGNED}`, { method: 'DELETE' })).status, 404)
})

t.test('the queue dashboard is for administrators with its own cookie', async (t) => {
  const get = (path: string, headers: Record<string, string> = {}) => ask(url, path, { headers })
  const anonymous = await get('/admin/queues', { accept: 'text/html' })
  t.match([anonymous.status, anonymous.headers.location], [302, '/sign-in?next=/admin/queues'])
  t.equal((await get('/admin/queues/api/queues')).status, 404)
  const member = { authorization: `Bearer ${await issuer.token()}`, accept: 'text/html' }
  t.equal((await get('/admin/queues', member)).status, 404)
  const cookie = `a=b; ty_board=${await issuer.boardToken({ role: 'admin' })}`
  const page = await get('/admin/queues', { cookie })
  t.equal(page.status, 200)
  t.notMatch(page.text, /googleapis/, 'nobody else learns who looks')
  t.match(page.text, /static\/css\/main\.css/)
  const inner = (await get('/admin/queues/api/queues?page=1', { cookie })).json()
  t.equal(inner.url, '/admin/queues/api/queues?page=1')
  t.equal(inner.headers.cookie, undefined)
  t.match(inner.headers.authorization, /^Bearer ey/, 'in our own name')
  const post = await ask(url, '/admin/queues/api/queues/train-cpu/clean', {
    method: 'POST',
    headers: { cookie }
  })
  t.equal(post.status, 404, 'looking only')
  for (const [what, bad] of [
    ['a member', await issuer.boardToken({ role: 'member' })],
    ['an access token', await issuer.token({ role: 'admin' })],
    ['an expired one', await issuer.boardToken({ role: 'admin' }, Math.floor(Date.now() / 1_000) - 5)],
    ['nonsense', 'x.y.z']
  ]) {
    const refused = await get('/admin/queues', { cookie: `ty_board=${bad}`, accept: 'text/html' })
    t.equal(refused.status, 302, String(what))
  }
})

t.test('config, health, the documentation and one document of everything', async (t) => {
  t.match((await ask(url, '/api/config')).json(), {
    upload_limit_bytes: 104_857_600,
    password_min_length: 8,
    registration: 'invite'
  })
  t.equal((await ask(url, '/healthz')).status, 200)
  t.equal((await ask(url, '/readyz')).status, 200)
  issuer.state.ready = false
  const unready = await ask(url, '/readyz')
  t.match([unready.status, unready.json().error.message], [503, 'Not ready: auth.'])
  issuer.state.ready = true
  const document = (await ask(url, '/api-docs.json')).json()
  t.equal(document.openapi, '3.1.0')
  const paths = Object.keys(document.paths)
  for (const path of ['/api/auth/login', '/api/datasets', '/api/training', '/api/config'])
    t.ok(paths.includes(path), path)
  t.notOk(paths.some((path) => path.includes('internal') || path.includes('*')))
  t.throws(
    () => mergeDocuments({ title: 'x', version: '1' }, [{ paths: { '/a': {} } }, { paths: { '/a': {} } }]),
    /\/a/
  )
  for (const path of ['/', '/api-docs']) {
    const { status, text, headers } = await ask(url, path)
    t.equal(status, 200, path)
    t.match(headers['content-type'], /text\/html/)
    t.notMatch(text, /<script(?![^>]*src=)|\sstyle=|\son\w+="/, `${path}: nothing inline`)
    t.match(text, /<html lang="en">[\s\S]*<title>/, path)
    for (const [, asset] of text.matchAll(/(?:src|href)="(\/(?:assets|api-docs)\/[^"]+)"/g)) {
      t.equal((await ask(url, String(asset))).status, 200, String(asset))
    }
    const again = await ask(url, path, { headers: { 'if-none-match': String(headers.etag) } })
    t.equal(again.status, 304)
  }
})

t.test(
  'the pages: one for every address that a person opens, files kept for ever, nothing else',
  async (t) => {
    const asPerson = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    for (const path of ['/', '/sign-in', '/jobs/0199/charts?smooth=0.6', '/datasets/new', '/apiary']) {
      const { status, text, headers } = await ask(url, path, { headers: asPerson })
      t.match([status, text, headers['cache-control']], [200, PAGE, 'no-cache'], path)
      t.match(headers['content-type'], /^text\/html/, path)
      const again = await ask(url, path, { headers: { ...asPerson, 'if-none-match': String(headers.etag) } })
      t.equal(again.status, 304, path)
      t.match(
        again.headers['content-security-policy'],
        /require-trusted-types-for/,
        'also when nothing changed'
      )
    }
    t.equal((await ask(url, '/jobs', { headers: { 'sec-fetch-mode': 'navigate' } })).status, 200)
    const page = await ask(url, '/jobs', { method: 'HEAD', headers: asPerson })
    t.match([page.status, page.text], [200, ''])

    const script = await ask(url, '/assets/index-Ab12Cd34.js')
    t.match([script.status, script.text], [200, SCRIPT])
    t.match(script.headers['content-type'], /^(text|application)\/javascript/)
    t.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable')
    for (const encoding of ['br', 'gzip']) {
      const { headers } = await ask(url, '/assets/index-Ab12Cd34.js', {
        headers: { 'accept-encoding': encoding }
      })
      t.equal(headers['content-encoding'], encoding)
      t.match(headers['content-type'], /javascript/, encoding)
      t.match(headers.vary, /accept-encoding/i, encoding)
      t.ok(Number(headers['content-length']) < SCRIPT.length / 4, encoding)
    }
    t.equal((await ask(url, '/theme.js')).headers['cache-control'], 'no-cache')

    const nowhere = [
      ['/api/nothing', 'a route of the API'],
      ['/ws/x', 'the socket'],
      ['/ty-models/x', 'a store'],
      ['/api-docs/x', 'the documentation'],
      ['/admin/x', 'the dashboard'],
      ['/assets/index-00000000.js', 'a file of an older build'],
      ['/assets/.hidden', 'a hidden file'],
      ['/assets/', 'a folder'],
      ['/assets/../index.html', 'a climb'],
      ['/assets/..%2findex.html', 'a climb in disguise'],
      ['/assets/%2e%2e/index.html', 'dots in disguise'],
      ['/assets/..%5cindex.html', 'another separator'],
      ['/assets/%252e%252e%252findex.html', 'encoded twice'],
      ['//etc/passwd', 'an empty segment'],
      ['/.vite/manifest.json', 'a file about the build']
    ]
    for (const [path, what] of nowhere) {
      const { status, text } = await ask(url, String(path), { headers: { accept: '*/*' } })
      t.match([status, JSON.parse(text).error.code], [404, 'NOT_FOUND'], String(what))
    }
    for (const path of ['/api/nothing', '/assets/gone.js', '/admin/x'])
      t.equal((await ask(url, path, { headers: asPerson })).status, 404, `${path}: also for a person`)
    t.equal((await ask(url, '/jobs', { method: 'POST', headers: asPerson })).status, 404, 'only looking')
  }
)

t.test('without built pages nothing starts, and a sentence says what to do', async (t) => {
  const folder = builtPages(t)
  for (const missing of [`${folder}/assets`, `${folder}/nowhere`])
    await t.rejects(
      pages(createServer({ log }), missing),
      /WEB_DIR: .*(is missing|cannot be read); build the pages first \(npm start does it\)/
    )
})

t.test('a socket opens through the same port', async (t) => {
  const socket = connect(gateway.port, '127.0.0.1')
  socket.write(
    'GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  )
  const [bytes] = await once(socket, 'data')
  t.match(String(bytes), /^HTTP\/1\.1 101/)
  socket.destroy()
  for (const odd of [
    'sec-websocket-version: 7\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version: 13'
  ]) {
    const refused = connect(gateway.port, '127.0.0.1')
    refused.write(
      `GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${odd}\r\n\r\n`
    )
    const [answer] = await once(refused, 'data')
    t.match(String(answer), /^HTTP\/1\.1 400[\s\S]*sec-websocket-version: 13[\s\S]*"code":"BAD_REQUEST"/i)
    refused.destroy()
  }
})

t.test('SIGTERM is a stop in order', async (t) => {
  gateway.child.kill('SIGTERM')
  const [code] = await once(gateway.child, 'exit')
  t.equal(code, 0)
})

t.test(
  'a revoked token is refused from the next list on; with no list auth is asked, and without auth nobody gets in',
  async (t) => {
    const { internal, revoked, state } = await startIssuer(t)
    const identity = { name: 'gateway' as const, tokenFor: async () => 'x' }
    const auth = internalClient({ baseUrl: internal.url, audience: 'auth', identity, timeoutMs: 3_000 })
    const list = createRevocations({ auth, log, everyMs: 20, staleMs: 200 })
    t.teardown(list.stop)
    let told = 0
    const forget = list.onRevoked(() => told++)
    const claims = { sub: newId(), sid: newId(), ver: 1 }
    t.equal(await list.isRevoked(claims), false)
    revoked.sessions.push(claims.sid)
    await eventually(() => list.isRevoked(claims))
    t.equal(told, 1, 'said once')
    const other = { ...claims, sid: newId() }
    revoked.users.push({ id: claims.sub, ver: 2 })
    await eventually(() => list.isRevoked(other))
    t.equal(await list.isRevoked({ ...other, ver: 2 }), false, 'a newer version counts')
    await eventually(() => told === 2)
    forget()
    state.away = true
    await eventually(() =>
      list.isRevoked(other).then(
        () => false,
        (err) => err.code === 'UNAVAILABLE'
      )
    )
    state.away = false
    state.asked = 0
    const slow = createRevocations({ auth, log, everyMs: 60_000, staleMs: -1 })
    t.teardown(slow.stop)
    t.equal(await slow.isRevoked({ ...other, sid: revoked.sessions[0] ?? '' }), true)
    t.equal(await slow.isRevoked(other), false)
    t.equal(state.asked, 2, 'each token was asked about')
  }
)

t.test('a list of revocations that is late for no longer than a start takes is no news', async (t) => {
  const { internal, state } = await startIssuer(t)
  const identity = { name: 'gateway' as const, tokenFor: async () => 'x' }
  const auth = internalClient({ baseUrl: internal.url, audience: 'auth', identity, timeoutMs: 3_000 })
  const said: string[] = []
  const lines = createLog('test', 'info', { write: (line) => void said.push(JSON.parse(line).level) })
  state.away = true
  const list = createRevocations({ auth, log: lines, everyMs: 10, staleMs: 600 })
  t.teardown(list.stop)
  await sleep(200)
  state.away = false
  const claims = { sub: newId(), sid: newId(), ver: 1 }
  await eventually(async () => {
    state.asked = 0
    return !(await list.isRevoked(claims)) && state.asked === 0
  })
  t.same(said, [], 'auth came up after the gateway, as in every start')
  state.away = true
  await eventually(() => said.length > 0)
  await sleep(100)
  t.same(said, ['warn'], 'an outage is said once')
  state.away = false
  await eventually(() => said.length > 1)
  t.same(said, ['warn', 'info'], 'and its end')
})

t.test('limits count per address in Redis, and let everybody through while it is away', async (t) => {
  const { url: redisUrl } = await freshRedis(t)
  const direct = new URL(redisUrl)
  const proxy = await faultProxy(t, Number(direct.port))
  direct.port = String(proxy.port)
  const redis = connectRedis('request', direct.href, log)
  t.teardown(() => redis.disconnect())
  await eventually(() => redis.status === 'ready')
  let skipped = 0
  const app = createServer({ log, trustProxy: '127.0.0.1' })
  rateLimits(app, {
    redis,
    log,
    limitSkipped: () => skipped++,
    limits: {
      api: { name: 'api', requests: 10, seconds: 10 },
      accounts: { name: 'accounts', requests: 3, seconds: 10 }
    }
  })
  userAuth(app, { verify: async () => Promise.reject(new Error('nobody signs in here')) })
  for (const path of ['/api/x', '/api/auth/login', '/healthz'])
    app.get(path, { config: { access: 'public' } }, async () => ({}))
  t.teardown(() => app.close())
  const get = async (path: string, ip: string) =>
    app.inject({ url: path, headers: { 'x-forwarded-for': ip } })
  const codes = async (path: string, ip: string, n: number) =>
    (await Promise.all(Array.from({ length: n }, () => get(path, ip)))).filter(
      (res) => res.statusCode === 429
    ).length
  t.equal(await codes('/api/x', '203.0.113.1', 15), 5)
  t.equal(await codes('/api/x', '203.0.113.2', 10), 0, 'another address is not concerned')
  t.equal(await codes('/api/auth/login', '203.0.113.2', 5), 2)
  t.equal(await codes('/healthz', '203.0.113.1', 30), 0)
  t.equal(await codes('/api/auth/login', '2001:db8::1', 3), 0)
  t.equal(await codes('/api/auth/login', '2001:db8::2', 3), 3, 'one /64 is one address')
  const refused = await get('/api/x', '203.0.113.1')
  t.match(refused.json().error, { code: 'TOO_MANY_REQUESTS' })
  t.ok(Number(refused.headers['retry-after']) <= 10)
  proxy.set('reset')
  const started = performance.now()
  t.equal(await codes('/api/x', '203.0.113.1', 5), 0, 'away: nothing is limited')
  t.ok(performance.now() - started < 3_000, 'and nothing waits')
  t.equal(skipped, 5)
})

t.test('uploads that never end leave room for everything else', async (t) => {
  const service = await upstream(t, (req, res) => {
    if (req.method === 'GET') echo(req, res)
    else req.resume()
  })
  const to = createUpstream(service.url, { connections: 4 })
  const app = createServer({ log })
  leaveBodies(app)
  app.all('/*', (req, reply) => to.forward(req, reply, { path: req.url, headers: {} }))
  const base = `http://127.0.0.1:${await listen(app, { host: '127.0.0.1', port: 0 })}`
  const slow = Array.from({ length: 3 }, () => request(`${base}/upload`, { method: 'POST' }))
  t.teardown(async () => {
    for (const req of slow) req.destroy()
    await app.close()
    await to.close()
  })
  const answers = slow.map(async (req) => {
    req.on('error', () => undefined)
    req.write('a little')
    const [res] = await once(req, 'response')
    return res.statusCode
  })
  t.equal(await Promise.race(answers), 503, 'the third finds no room')
  const reads = await Promise.all(Array.from({ length: 20 }, () => ask(base, '/')))
  t.same(new Set(reads.map(({ status }) => status)), new Set([200]))
  for (const req of slow) req.destroy()
  const next = request(`${base}/upload`, { method: 'POST', headers: { 'content-length': '100000' } })
  next.on('error', () => undefined)
  next.write('x')
  const reached = once(service.server, 'request')
  t.ok(await reached, 'there is room again')
  next.destroy()
})

t.test('a setting that would open the door is refused at the start', async (t) => {
  const peers = ['AUTH', 'DATASET', 'JOB'].flatMap((name) => [`${name}_URL`, `${name}_INTERNAL_URL`])
  const good = {
    PORT: '0',
    INTERNAL_PORT: '0',
    REDIS_URL: 'redis://localhost',
    PUBLIC_URLS: 'https://trainyard.test',
    SERVICE_KEY: 'x'.repeat(64),
    SERVICE_JWKS: 'x'.repeat(64),
    WEB_DIR: '/pages',
    ...Object.fromEntries(
      [...peers, 'DATASET_STORE_URL', 'ARTIFACT_STORE_URL'].map((name) => [name, 'http://localhost'])
    )
  }
  t.equal(gatewayConfig(good).TRUST_PROXY, undefined)
  t.equal(gatewayConfig({ ...good, TRUST_PROXY: 'loopback, 10.0.0.0/8' }).TRUST_PROXY, 'loopback, 10.0.0.0/8')
  for (const bad of ['true', '*', 'all'])
    t.throws(() => gatewayConfig({ ...good, TRUST_PROXY: bad }), /TRUST_PROXY/)
  t.throws(() => gatewayConfig({ ...good, PUBLIC_URLS: '*' }), /PUBLIC_URLS/)
  t.throws(() => gatewayConfig({ ...good, SERVICE_KEY: '' }), /SERVICE_KEY/)
  t.throws(() => gatewayConfig({ ...good, WEB_DIR: '' }), /WEB_DIR/)
})
