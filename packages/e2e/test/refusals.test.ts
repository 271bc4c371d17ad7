import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ErrorBody } from '@trainyard/contracts/common'
import { sharedStack } from '@trainyard/stack/shared-stack'
import t from 'tap'
import { liveLog } from '../src/live-log.ts'
import { call, newPerson, type Reply } from '../src/person.ts'
import { brief, twoClasses } from '../src/tables.ts'

const { url, dataDir } = await sharedStack(t)
const ada = await newPerson(url)
const pointers = ({ body }: Reply<ErrorBody>) => body.error.details.map(({ pointer }) => pointer)

t.test('without a token, with an expired or a forged one, nothing is told', async (t) => {
  const [head = '', body = '', signature = ''] = ada.token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [jwk] = JSON.parse(await readFile(join(dataDir, 'secrets', 'signing-keys'), 'utf8'))
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  /** As auth itself would sign it, so that nothing but the claims or the header can be the reason. */
  const signed = (changed: object, header: object = {}) => {
    const text = `${encode({ ...JSON.parse(Buffer.from(head, 'base64url').toString()), ...header })}.${encode({ ...claims, ...changed })}`
    return `Bearer ${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
  }
  const ask = (authorization: string) =>
    call<ErrorBody>(url, 'GET', '/api/auth/me', undefined, { headers: { authorization } })
  t.equal((await ask(signed({ exp: claims.exp + 60 }))).status, 200, 'the key is the right one')
  const forged = {
    none: undefined,
    garbage: 'Bearer x.y.z',
    'alg none': `Bearer ${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
    'a changed body': `Bearer ${head}.${encode({ ...claims, exp: claims.exp + 900 })}.${signature}`,
    'wrong audience': signed({ aud: 'board' }),
    'no audience': signed({ aud: undefined }),
    'wrong issuer': signed({ iss: 'somebody' }),
    'another type': signed({}, { typ: 'JWT' }),
    expired: signed({ iat: claims.iat - 3_600, exp: claims.iat - 60 }),
    'no end': signed({ exp: undefined }),
    'no session': signed({ sid: undefined })
  }
  for (const [name, authorization] of Object.entries(forged)) {
    for (const path of ['/api/auth/me', '/api/datasets', '/api/training/jobs']) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
      const { status, body } = await call<ErrorBody>(url, 'GET', path, undefined, { headers })
      t.equal(status, 401, `${name}: ${path}`)
      t.equal(body.error.code, 'UNAUTHENTICATED')
    }
  }
  const socket = await liveLog(url, 'x.y.z')
  t.equal(await socket.closed, 4401)
})

t.test('an unknown field, a wrong type and hostile JSON are a 400 that names the field', async (t) => {
  const post = (path: string, raw: string) =>
    ada.ask('POST', path, {}, { raw, headers: { 'content-type': 'application/json' } })
  const id = randomUUID()
  const create = (extra: object) =>
    post('/api/training', JSON.stringify({ dataset_id: id, model: { architecture: 'mlp' }, ...extra }))
  const rows: [Promise<Reply<ErrorBody>>, string][] = [
    [create({ colour: 1 }), '/colour'],
    [create({ dataset_id: 7 }), '/dataset_id'],
    [create({ training: { epochs: '5' } }), '/training/epochs'],
    [create({ model: { architecture: 'mlp', layers: 3 } }), '/model/layers'],
    [create({ features: [] }), '/features'],
    [post('/api/training', '{"__proto__":{"a":1}}'), ''],
    [ada.ask('GET', '/api/training/jobs?stat=queued'), '/stat'],
    [ada.ask('GET', '/api/datasets?limit=many'), '/limit'],
    [ada.ask('GET', '/api/training/jobs?q=%00'), '/q'],
    [ada.ask('GET', '/api/datasets?tag=%00'), '/tag'],
    [ada.ask('GET', `/api/training/${id}/events?after=99999999999999999999`), '/after'],
    [ada.ask('PATCH', `/api/datasets/${id}`, { description: '\ud800' }), '/description']
  ]
  for (const [asked, pointer] of rows) {
    const reply = await asked
    t.equal(reply.status, 400, pointer)
    t.ok(pointers(reply).includes(pointer), `${pointer} is among ${pointers(reply)}`)
  }
  for (const path of ['/api/auth/login', '/api/training', '/api/auth/register']) {
    const deep = await post(path, '['.repeat(10_000))
    t.equal(deep.status, 400, path)
    t.equal(deep.body.error.code, 'JSON_TOO_DEEP')
  }
})

t.test("somebody else's dataset, job, artifact and subscription do not exist", async (t) => {
  const bob = await newPerson(url)
  const dataset = await ada.dataset('points.csv', twoClasses())
  const { id } = await ada.finished((await ada.train(brief(dataset.id, 2))).id)
  const create = (who: typeof bob, dataset_id: string) => who.ask('POST', '/api/training', brief(dataset_id))
  t.equal((await create(bob, dataset.id)).status, 404)

  const routes: [string, string, object?][] = [
    ['GET', '/api/datasets/:d'],
    ['GET', '/api/datasets/:d/preview'],
    ['GET', '/api/datasets/:d/download'],
    ['POST', '/api/datasets/:d/link'],
    ['PATCH', '/api/datasets/:d', { name: 'mine' }],
    ['DELETE', '/api/datasets/:d'],
    ['GET', '/api/training/:j'],
    ['GET', '/api/training/status?job_id=:j'],
    ['POST', '/api/training/:j/stop'],
    ['POST', '/api/training/:j/resume', {}],
    ['POST', '/api/training/:j/retry'],
    ['POST', '/api/training/:j/clone'],
    ['PATCH', '/api/training/:j', { name: 'mine' }],
    ['GET', '/api/training/:j/metrics'],
    ['GET', '/api/training/:j/events'],
    ['GET', '/api/training/:j/logs'],
    ['GET', '/api/training/:j/artifacts'],
    ['GET', '/api/training/:j/download'],
    ['GET', '/api/training/:j/artifacts/model.pt'],
    ['POST', '/api/training/:j/artifacts/model.pt/link'],
    ['DELETE', '/api/training/:j']
  ]
  for (const [method, template, body] of routes) {
    const path = (d: string, j: string) => template.replace(':d', d).replace(':j', j)
    const foreign = await bob.ask(method, path(dataset.id, id), body)
    const unknown = await bob.ask(method, path(randomUUID(), randomUUID()), body)
    const malformed = await bob.ask(method, path('7', '7'), body)
    t.equal(foreign.status, 404, `${method} ${template}`)
    t.same({ ...foreign.body.error, request_id: '' }, { ...unknown.body.error, request_id: '' }, template)
    if (!template.includes('?'))
      t.same({ ...malformed.body.error, request_id: '' }, { ...unknown.body.error, request_id: '' })
    const anonymous = await call(url, method, path(dataset.id, id), body)
    t.equal(anonymous.status, 401, `${method} ${template} without a token`)
  }
  const socket = await liveLog(url, bob.token)
  socket.send({ type: 'subscribe_job', job_id: id, since: 0 })
  socket.send({ type: 'subscribe_job', job_id: randomUUID(), since: 0 })
  await bob.until(
    (await bob.train(brief((await bob.dataset('b.csv', twoClasses())).id, 1))).id,
    ({ state }) => state === 'succeeded'
  )
  const errors = socket.messages.filter((message) => message.type === 'error')
  t.same(
    errors.map((message) => message.code),
    ['JOB_NOT_FOUND', 'JOB_NOT_FOUND']
  )
  t.same(socket.updates, [])
  socket.close()
  t.equal((await ada.job(id)).name !== 'mine', true, 'and nothing was changed')
})

t.test('internal routes cannot be reached through the gateway', async (t) => {
  const paths = [
    '/internal/revocations',
    '/api/training/internal/claim',
    '/api/training/internal/status-update',
    '/api/datasets/internal/claim',
    '/api/datasets/%69nternal/claim',
    '/api/training/x/../internal/claim',
    '/api/training//internal/claim',
    '/metrics',
    '/openapi.json'
  ]
  for (const path of paths) {
    const { status } = await ada.ask('POST', path, {})
    t.ok(status === 404 || status === 405, `${path} answers ${status}`)
  }
})

t.test('two registrations with one e-mail at once make one user; wrong passwords tell nothing', async (t) => {
  const email = `${randomUUID()}@example.org`
  const register = () =>
    call<ErrorBody>(url, 'POST', '/api/auth/register', { email, password: 'a long enough one' })
  const replies = await Promise.all([register(), register()])
  t.same(replies.map(({ status }) => status).sort(), [201, 409])
  const login = (body: object) => call<ErrorBody>(url, 'POST', '/api/auth/login', body)
  t.equal(
    (await login({ email: email.toUpperCase(), password: 'a long enough one' })).status,
    200,
    'case of an e-mail'
  )
  const wrong = await login({ email, password: 'another one' })
  const unknown = await login({ email: `${randomUUID()}@example.org`, password: 'another one' })
  t.same([wrong.status, wrong.body.error.message], [unknown.status, unknown.body.error.message])
  const weak = await call<ErrorBody>(url, 'POST', '/api/auth/register', {
    email: `x${email}`,
    password: 'password'
  })
  t.equal(weak.status, 400)
  t.same(pointers(weak), ['/password'])
})

t.test('headers near and past what fits, and what is no HTTP, get the error body too', async (t) => {
  const { hostname, port, host } = new URL(url)
  const answerTo = async (bytes: string) => {
    const socket = connect({ host: hostname, port: Number(port) })
    const answer = text(socket)
    socket.write(bytes)
    const [head = '', body = ''] = (await answer).split('\r\n\r\n')
    return { status: Number(head.split(' ')[1]), body: JSON.parse(body) as ErrorBody }
  }
  const withCookie = (bytes: number) =>
    `GET /api/auth/me HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\ncookie: a=${'x'.repeat(bytes)}\r\n\r\n`
  t.match(await answerTo(withCookie(15_000)), { status: 401, body: { error: { code: 'UNAUTHENTICATED' } } })
  // The gateway takes these headers, and adds to them what makes them too large for the service behind it.
  t.match(await answerTo(withCookie(16_250)), { status: 431, body: { error: { code: 'HEADERS_TOO_LARGE' } } })
  t.match(await answerTo(withCookie(20_000)), { status: 431, body: { error: { code: 'HEADERS_TOO_LARGE' } } })
  t.match(await answerTo('hello\r\n\r\n'), { status: 400, body: { error: { code: 'BAD_REQUEST' } } })
})
