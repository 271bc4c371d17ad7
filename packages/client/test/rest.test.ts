import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Test, t } from 'tap'
import { createClient } from '../src/client.ts'
import type { Tokens } from '../src/session.ts'

type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string }
type Answer = {
  status?: number
  json?: unknown
  headers?: Record<string, string>
  hang?: boolean
  cut?: boolean
}
type Route = (seen: Seen, count: number) => Answer

/** A real HTTP server that answers each `METHOD /path` as told and remembers what it was asked. */
async function serve(t: Test, routes: Record<string, Route>) {
  const seen: Seen[] = []
  const counts = new Map<string, number>()
  async function answer(req: IncomingMessage, res: ServerResponse) {
    let body = ''
    for await (const chunk of req) body += chunk
    const { method = '', url: path = '', headers } = req
    const entry = { method, path, headers, body }
    seen.push(entry)
    const key = `${method} ${path.split('?')[0]}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    const { status = 200, json, headers: extra, hang, cut } = routes[key]?.(entry, count) ?? { status: 404 }
    if (hang) return
    if (cut) return void req.socket.resetAndDestroy()
    res.writeHead(status, { 'content-type': 'application/json', ...extra })
    res.end(json === undefined ? undefined : JSON.stringify(json))
  }
  const server = createServer((req, res) => void answer(req, res))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { baseUrl, seen, count: (key: string) => counts.get(key) ?? 0 }
}

const refusal = (status: number, code: string, headers?: Record<string, string>): Answer => ({
  status,
  headers,
  json: { error: { code, message: 'no', details: [{ pointer: '/x', message: 'bad' }], request_id: 'r-1' } }
})
const session = (token: string, expires_in = 900): Answer => ({
  json: { user: { id: 'u', email: 'a@b' }, token, expires_in, refresh_token: `r-${token}` }
})
const key = { apiKey: 'ty_key' }

t.test('errors carry all that the platform says', async (t) => {
  const { baseUrl } = await serve(t, {
    'GET /api/training/x': () => refusal(404, 'JOB_NOT_FOUND'),
    'GET /api/training/y': () => ({ status: 500, json: 'oops' }),
    'GET /api/training/z': () => ({ status: 200, json: undefined })
  })
  const { training } = createClient({ baseUrl, ...key })
  await t.rejects(training.get('x'), {
    name: 'ApiError',
    status: 404,
    code: 'JOB_NOT_FOUND',
    message: 'no',
    details: [{ pointer: '/x', message: 'bad' }],
    requestId: 'r-1'
  })
  await t.rejects(training.get('y'), { status: 500, code: 'BAD_REPLY' })
  await t.rejects(training.get('z'), { status: 0, code: 'BAD_REPLY' })
  await t.rejects(createClient({ baseUrl: 'http://127.0.0.1:9', ...key }).training.resume('x'), {
    code: 'NETWORK'
  })
})

t.test('what is safe is sent again, what is not is not', async (t) => {
  const server = await serve(t, {
    'GET /api/training/a': (_, n) => (n === 1 ? { cut: true } : { json: { id: 'a' } }),
    'GET /api/training/b': (_, n) =>
      n < 3 ? refusal(503, 'UNAVAILABLE', { 'retry-after': '0' }) : { json: { id: 'b' } },
    'GET /api/training/c': () => refusal(503, 'UNAVAILABLE', { 'retry-after': '120' }),
    'POST /api/training': (_, n) => (n === 1 ? { cut: true } : { status: 201, json: { id: 'new' } }),
    'POST /api/training/a/resume': () => ({ cut: true }),
    'POST /api/training/a/retry': (_, n) =>
      n === 1 ? refusal(429, 'TOO_MANY_REQUESTS', { 'retry-after': '0' }) : { json: { id: 'a' } },
    'DELETE /api/training/a': () => refusal(503, 'UNAVAILABLE', { 'retry-after': '0' }),
    'POST /api/auth/login': () => ({ cut: true })
  })
  const client = createClient({ baseUrl: server.baseUrl, ...key })
  const { training } = client
  t.match(await training.get('a'), { id: 'a' })
  t.match(await training.get('b'), { id: 'b' })
  await t.rejects(training.get('c'), { code: 'UNAVAILABLE', retryAfter: 120 })
  t.equal(server.count('GET /api/training/c'), 1, 'nobody waits two minutes in silence')

  const body = { dataset_id: 'd', model: { architecture: 'mlp' } }
  t.match(await training.create(body), { id: 'new' })
  const keys = server.seen
    .filter(({ path }) => path === '/api/training')
    .map(({ headers }) => headers['idempotency-key'])
  t.equal(keys.length, 2)
  t.equal(keys[0], keys[1], 'under one key')
  await training.create(body, { idempotencyKey: 'mine' })
  t.equal(server.seen.at(-1)?.headers['idempotency-key'], 'mine')

  await t.rejects(training.resume('a'), { code: 'NETWORK' })
  t.equal(server.count('POST /api/training/a/resume'), 1)
  t.match(await training.retry('a'), { id: 'a' }, 'a 429 was refused before anything was done')
  await t.rejects(training.delete('a'), { code: 'UNAVAILABLE' })
  t.equal(server.count('DELETE /api/training/a'), 1)
  await t.rejects(client.auth.login({ email: 'a@b', password: 'p' }), { code: 'NETWORK' })
  t.equal(server.count('POST /api/auth/login'), 1)
})

t.test('every call has an end, and a signal ends it sooner', async (t) => {
  const server = await serve(t, {
    'GET /api/training/slow': () => ({ hang: true }),
    'GET /api/training/away': () => refusal(503, 'UNAVAILABLE', { 'retry-after': '10' })
  })
  const { training } = createClient({ baseUrl: server.baseUrl, ...key })
  await t.rejects(training.get('slow', { timeoutMs: 50 }), { code: 'TIMEOUT', status: 0 })
  t.equal(server.count('GET /api/training/slow'), 1)
  const reason = new Error('never mind')
  for (const id of ['slow', 'away']) {
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 50)
    await t.rejects(training.get(id, { signal: abort.signal }), { message: 'never mind' }, id)
  }
  await t.rejects(training.get('slow', { signal: AbortSignal.abort(reason) }), { message: 'never mind' })
})

t.test('the token is renewed before it ends, once for everybody', async (t) => {
  let renewals = 0
  const valid = new Set<string>()
  const issue = (token: string, seconds?: number) => {
    valid.add(token)
    return session(token, seconds)
  }
  const server = await serve(t, {
    'POST /api/auth/login': () => issue('first', 0),
    'POST /api/auth/refresh': (_, n) => {
      renewals = n
      return issue(`renewed-${n}`)
    },
    'POST /api/auth/logout': () => ({ status: 204 }),
    'GET /api/auth/me': ({ headers }) =>
      valid.has(headers.authorization?.slice(7) ?? '')
        ? { json: { id: 'u' } }
        : refusal(401, 'UNAUTHENTICATED')
  })
  const { auth } = createClient({ baseUrl: server.baseUrl })
  const changes: (string | undefined)[] = []
  auth.onChange((user) => changes.push(user?.id))
  await t.rejects(auth.me(), { code: 'UNAUTHENTICATED', status: 401 }, 'nobody is signed in')
  t.equal(server.seen.length, 0, 'and the server is not asked')

  await auth.login({ email: 'a@b', password: 'p' })
  await Promise.all(Array.from({ length: 20 }, () => auth.me()))
  t.equal(renewals, 1)
  t.equal(JSON.parse(server.seen[1]?.body ?? '').refresh_token, 'r-first')
  t.equal(server.seen.at(-1)?.headers.authorization, 'Bearer renewed-1')

  valid.clear()
  await Promise.all([auth.me(), auth.me()])
  t.equal(renewals, 2, 'a refused token is renewed, and the request sent again')
  await auth.logout()
  t.equal(auth.isSignedIn(), false)
  t.same(changes, ['u', 'u', 'u', undefined])
})

t.test('a session that has ended signs out; a failed renewal does not', async (t) => {
  let answer: Answer = { cut: true }
  const server = await serve(t, {
    'POST /api/auth/login': () => session('old', 100),
    'POST /api/auth/refresh': () => answer,
    'GET /api/auth/me': () => ({ json: { id: 'u' } })
  })
  let kept: Tokens | undefined
  const tokens = {
    get: () => kept,
    set: (next: Tokens | undefined) => {
      kept = next
    }
  }
  const { auth } = createClient({ baseUrl: server.baseUrl, tokens })
  await auth.login({ email: 'a@b', password: 'p' })
  if (kept) kept.renewAt = 0
  answer = refusal(500, 'INTERNAL')
  t.match(await auth.me(), { id: 'u' }, 'the old token still works')
  t.ok(auth.isSignedIn())
  answer = refusal(401, 'REFRESH_INVALID')
  await t.rejects(auth.me(), { code: 'REFRESH_INVALID' })
  t.equal(auth.isSignedIn(), false)
})

t.test('two clients of one store refresh one after the other', async (t) => {
  const server = await serve(t, {
    'POST /api/auth/login': () => session('old', 0),
    'POST /api/auth/refresh': (_, n) => session(`new-${n}`),
    'GET /api/auth/me': () => ({ json: { id: 'u' } })
  })
  let kept: Tokens | undefined
  let queue: Promise<unknown> = Promise.resolve()
  const tokens = {
    get: () => kept,
    set: (next: Tokens | undefined) => {
      kept = next
    },
    exclusive: <T>(work: () => Promise<T>): Promise<T> => {
      const done = queue.then(work)
      queue = done.catch(() => undefined)
      return done
    }
  }
  const [one, two] = [1, 2].map(() => createClient({ baseUrl: server.baseUrl, tokens }))
  await one?.auth.login({ email: 'a@b', password: 'p' })
  await Promise.all([one?.auth.me(), two?.auth.me()])
  t.equal(server.count('POST /api/auth/refresh'), 1, 'the second one finds what the first one got')
})

t.test('pages of the platform keep the refresh token in a cookie', async (t) => {
  const server = await serve(t, {
    'POST /api/auth/login': () => ({ json: { user: { id: 'u' }, token: 't', expires_in: 0 } }),
    'POST /api/auth/refresh': () => ({ json: { user: { id: 'u' }, token: 't2', expires_in: 900 } }),
    'GET /api/auth/me': () => ({ json: { id: 'u' } })
  })
  const { auth } = createClient({ baseUrl: server.baseUrl, cookie: true })
  await auth.login({ email: 'a@b', password: 'p' })
  await auth.me()
  t.same(
    server.seen.map(({ headers }) => headers['x-trainyard-client']),
    ['web', 'web', 'web']
  )
  t.equal(server.seen[1]?.body, '{}')
})

t.test('lists are iterated to their end; queries leave out what is not said', async (t) => {
  const server = await serve(t, {
    'GET /api/training/jobs': ({ path }) => {
      const cursor = new URL(path, 'http://x').searchParams.get('cursor')
      return {
        json: { items: [{ id: cursor ?? 'first' }], next_cursor: cursor === 'b' ? null : cursor ? 'b' : 'a' }
      }
    },
    'GET /api/datasets': () => ({ json: { items: [], next_cursor: null } })
  })
  const client = createClient({ baseUrl: server.baseUrl, ...key })
  const ids: string[] = []
  for await (const { id } of client.training.iterate({ state: 'running', limit: 1 })) ids.push(id)
  t.same(ids, ['first', 'a', 'b'])
  t.equal(server.seen[0]?.path, '/api/training/jobs?state=running&limit=1')
  for await (const dataset of client.datasets.iterate()) t.fail('none', { dataset })
})

t.test('files go up as they are read, and come down as they come', async (t) => {
  const server = await serve(t, {
    'POST /api/datasets/upload': () => ({ status: 201, json: { id: 'd', status: 'profiling' } }),
    'GET /api/datasets/d': (_, n) => ({ json: { id: 'd', status: n < 3 ? 'profiling' : 'ready' } }),
    'GET /api/datasets/bad': () => ({
      json: {
        id: 'bad',
        status: 'invalid',
        error: { line: 3, column: null, reason: 'ragged', message: 'Ragged.' }
      }
    }),
    'GET /api/datasets/late': () => ({ json: { id: 'late', status: 'profiling' } }),
    'GET /api/training/j/download': ({ headers }) => ({
      json: headers.range ?? 'all',
      headers: { etag: '"e"' }
    }),
    'GET /api/training/j/artifacts/predict.py': () => ({ json: 'code' })
  })
  const { datasets, training } = createClient({ baseUrl: server.baseUrl, ...key })
  const progress: number[] = []
  async function* chunks() {
    for (const text of ['a,b\n', '1,2\n']) yield new TextEncoder().encode(text)
  }
  await datasets.upload(chunks(), {
    filename: 'x".csv',
    name: 'mine',
    onProgress: (sent) => progress.push(sent)
  })
  t.same(progress, [4, 8])
  const { headers, body } = server.seen[0] ?? {}
  const form = await new Response(body, {
    headers: { 'content-type': headers?.['content-type'] ?? '' }
  }).formData()
  t.equal(form.get('name'), 'mine')
  const file = form.get('file')
  if (!(file instanceof File)) return t.fail('no file')
  t.equal(await file.text(), 'a,b\n1,2\n')
  t.equal(file.name, 'x".csv')
  await datasets.upload(new File(['q'], 'q.json'))
  t.match(server.seen[1]?.body, /filename="q\.json"/)

  t.match(await datasets.waitUntilReady('d'), { status: 'ready' })
  await t.rejects(datasets.waitUntilReady('bad'), { code: 'DATASET_INVALID', message: 'Ragged. (line 3)' })
  await t.rejects(datasets.waitUntilReady('late', { limitMs: 100 }), { code: 'TIMEOUT' })

  const model = await training.download('j', { range: { from: 5 } })
  t.equal(new TextDecoder().decode(await model.all()), '"bytes=5-"')
  t.equal(model.etag, '"e"')
  const code = await training.download('j', { artifact: 'predict.py' })
  t.equal(code.bytes, undefined)
  let text = ''
  for await (const chunk of code.stream) text += new TextDecoder().decode(chunk)
  t.equal(text, '"code"')
})

t.test('every route of the contract is called as the contract says', async (t) => {
  const any: Route = () => ({ json: { items: [], next_cursor: null, needed: true, registration: 'open' } })
  const wanted = [
    'POST /api/auth/register',
    'POST /api/auth/setup',
    'GET /api/auth/setup',
    'POST /api/auth/ws-ticket',
    'POST /api/auth/board-session',
    'GET /api/config',
    'GET /api/datasets/d/preview',
    'POST /api/datasets/d/link',
    'PATCH /api/datasets/d',
    'DELETE /api/datasets/d',
    'GET /api/training/architectures',
    'POST /api/training/j/stop',
    'POST /api/training/j/clone',
    'PATCH /api/training/j',
    'DELETE /api/training/j',
    'GET /api/training/j/metrics',
    'GET /api/training/j/events',
    'GET /api/training/j/logs',
    'GET /api/training/j/artifacts',
    'POST /api/training/j/artifacts/model.pt/link'
  ]
  const server = await serve(t, Object.fromEntries(wanted.map((route) => [route, any])))
  const { auth, datasets, training, config } = createClient({ baseUrl: server.baseUrl, ...key })
  const account = { email: 'a@b', password: 'p' }
  await auth.register(account)
  await auth.setup({ token: 't', ...account })
  t.match(await auth.entry(), { needed: true, registration: 'open' })
  await auth.wsTicket()
  await auth.boardSession()
  await config()
  await datasets.preview('d')
  await datasets.link('d')
  await datasets.patch('d', { name: 'n' })
  await datasets.delete('d')
  t.same(await training.architectures(), [])
  await training.stop('j')
  await training.clone('j')
  await training.patch('j', { notes: null })
  await training.delete('j')
  await training.metrics('j', { keys: 'a,b' })
  await training.events('j', { after: 3 })
  await training.logs('j')
  t.same(await training.artifacts('j'), [])
  await training.link('j', 'model.pt')
  t.same(
    server.seen.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
    wanted
  )
})
