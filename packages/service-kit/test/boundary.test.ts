import { IdParams, PageQuery } from '@trainyard/contracts/common'
import { CreateJob } from '@trainyard/contracts/training'
import t from 'tap'
import { Type } from 'typebox'
import { decodeCursor, encodeCursor } from '../src/cursor.ts'
import { fail } from '../src/errors.ts'
import { createLog } from '../src/log.ts'
import { createServer } from '../src/server.ts'
import { userAuth } from '../src/user-auth.ts'
import { silentLog } from './silent-log.ts'

const id = '0190f5d0-0000-7000-8000-000000000000'
const valid = { dataset_id: id, model: { architecture: 'mlp' } }

function app(log = silentLog) {
  const server = createServer({ log })
  server.post('/jobs', { schema: { body: CreateJob } }, async (req) => req.body)
  server.get(
    '/jobs/:id',
    {
      config: { notFound: 'JOB_NOT_FOUND' },
      schema: { params: IdParams, querystring: Type.Object(PageQuery, { additionalProperties: false }) }
    },
    async (req) => req.query
  )
  server.post(
    '/stop',
    { schema: { body: Type.Optional(Type.Object({}, { additionalProperties: false })) } },
    async () => ({})
  )
  server.get('/broken', async () => {
    throw new Error('password=hunter2 at postgres://u:p@h/db')
  })
  server.get('/away', async () => {
    throw fail('UNAVAILABLE', { retryAfter: 7 })
  })
  return server
}

const post = (payload: string, type = 'application/json') =>
  app().inject({ method: 'POST', url: '/jobs', payload, headers: { 'content-type': type } })

t.test('a body is taken as it came, or refused with every bad field named', async (t) => {
  t.same((await post(JSON.stringify(valid))).json(), valid)
  const res = await post(JSON.stringify({ dataset_id: 'x', 'a/b': 1, training: { epochs: '7' }, target: 4 }))
  t.equal(res.statusCode, 400)
  const { error } = res.json()
  t.equal(error.code, 'VALIDATION')
  t.equal(error.request_id, res.headers['x-request-id'])
  t.same(
    error.details.map((d: { pointer: string }) => d.pointer).sort(),
    ['/a~1b', '/dataset_id', '/model', '/target', '/training/epochs'],
    'text is not turned into a number, an unknown field is not dropped'
  )
  const epochs = error.details.find((d: { pointer: string }) => d.pointer === '/training/epochs')
  t.equal(epochs.message, 'must be "auto" or a whole number from 1 to 100,000, without quotes')
})

t.test('each fault is one plain sentence that says what to change', async (t) => {
  const messagesOf = async (change: object) => {
    const { error } = (await post(JSON.stringify({ ...valid, ...change }))).json()
    return Object.fromEntries(
      error.details.map(({ pointer, message }: Record<'pointer' | 'message', string>) => [pointer, message])
    )
  }
  const visible = 'must be a text of 1 to 200 characters that is more than blanks'
  const table: [object, Record<string, string>][] = [
    [{ dataset_id: 'x' }, { '/dataset_id': 'must be an id, such as 018f4e6a-9c1d-7b3e-8a52-1f0c9d2e4b6a' }],
    [{ name: ' \u200b\t' }, { '/name': visible }],
    [{ name: 'x'.repeat(201) }, { '/name': visible }],
    [{ name: 7 }, { '/name': visible }],
    [
      { task: 'regresion' },
      {
        '/task':
          'must be one of "auto", "classification", "regression", "text_classification", "language", "forecasting"'
      }
    ],
    [{ features: [] }, { '/features': 'must be a list of 1 to 10,000 items' }],
    [{ features: 'age' }, { '/features': 'must be a list of 1 to 10,000 items' }],
    [{ features: ['a', 'a'] }, { '/features': 'has the same item twice; leave one out' }],
    [
      { training: { epochs: 0 } },
      { '/training/epochs': 'must be "auto" or a whole number from 1 to 100,000' }
    ],
    [
      { training: { seed: 1.5, time_limit_seconds: 0, early_stopping_patience: 0 } },
      {
        '/training/seed': 'must be a whole number from 0 to 4,294,967,295',
        '/training/time_limit_seconds': 'must be a number greater than 0 and at most 31,536,000',
        '/training/early_stopping_patience': 'must be a whole number from 1 to 100,000 or null'
      }
    ],
    [
      { training: { class_weights: { yes: 2, no: -1 } } },
      { '/training/class_weights/no': 'must be a number greater than 0' }
    ],
    [
      { training: { class_weights: 'heavy' } },
      { '/training/class_weights': 'must be "auto" or "none" or "balanced" or an object' }
    ],
    [
      { split: 3, resources: null },
      { '/split': 'must be an object', '/resources': 'must be an object' }
    ],
    [
      { split: { test: 0.1 } },
      {
        '/split/test': 'is not a known field; there are method, validation_fraction and test_fraction'
      }
    ],
    [{ model: {} }, { '/model/architecture': 'is missing' }],
    [
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`extra${i}`, i])),
      Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [
          `/extra${i}`,
          'is not a known field; there are dataset_id, name, tags, cloned_from, task, target, features, columns, horizon, split, model, training and 1 more'
        ])
      )
    ]
  ]
  for (const [change, expected] of table) t.same(await messagesOf(change), expected, JSON.stringify(change))
  const list = (await app().inject(`/jobs/${id}?limit=abc&cursor=`)).json()
  t.same(list.error.details, [
    { pointer: '/limit', message: 'must be a whole number from 1 to 100' },
    { pointer: '/cursor', message: 'must be a text of 1 to 2,048 characters' }
  ])
  t.same((await post('[]')).json().error.details, [{ pointer: '', message: 'must be an object' }])
  t.match((await post('{"a":1 "b"}')).json().error.message, /not valid JSON; look at line 1, column 8\.$/)
  t.match((await post('{"a": ')).json().error.message, /it ends too early/)
  t.match((await post(`"${'x'.repeat(70_000)}"`)).json().error.message, /may have 65536 bytes/)
})

t.test('a body that is optional may be left out, but not be something else', async (t) => {
  const stop = (options: object) => app().inject({ method: 'POST', url: '/stop', ...options })
  t.equal((await stop({})).statusCode, 200)
  t.equal((await stop({ payload: {} })).statusCode, 200)
  t.equal((await stop({ payload: '', headers: { 'content-type': 'application/json' } })).statusCode, 200)
  t.equal((await stop({ payload: { now: true } })).json().error.details[0].pointer, '/now')
})

t.test('hostile JSON is a 400, never a 500 and never a polluted prototype', async (t) => {
  const cases: [string, string, string][] = [
    ['10,000 levels', '['.repeat(10_000), 'JSON_TOO_DEEP'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`, 'JSON_TOO_DEEP'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'VALIDATION'],
    ['__proto__ with escapes', '{"\\u005f_pro\\u0074o__":1}', 'VALIDATION'],
    ['constructor.prototype', '{"constructor":{"prototype":{}}}', 'VALIDATION'],
    [
      'more than 1,000 keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [i, i]))),
      'VALIDATION'
    ],
    ['cut', '{"a":', 'BAD_REQUEST'],
    ['nothing', '', 'VALIDATION'],
    ['null', 'null', 'VALIDATION']
  ]
  for (const [name, payload, code] of cases) {
    const res = await post(payload)
    t.equal(res.statusCode, 400, name)
    t.equal(res.json().error.code, code, name)
  }
  t.equal(Object.hasOwn(Object.prototype, 'admin'), false)
  t.equal((await post(JSON.stringify({ ...valid, name: 'brackets [[[ in a "text" {{{' }))).statusCode, 200)
  t.equal((await post(`"${'x'.repeat(70_000)}"`)).json().error.code, 'TOO_LARGE')
  t.equal((await post('a=1', 'application/x-www-form-urlencoded')).statusCode, 415)
  t.equal((await post('{}', 'text/plain')).statusCode, 415)
})

t.test(
  'query strings are converted and get their defaults; a malformed id is as absent as an unknown one',
  async (t) => {
    const get = (url: string) => app().inject(url)
    t.same((await get(`/jobs/${id}?limit=7`)).json(), { limit: 7 })
    t.same((await get(`/jobs/${id}`)).json(), { limit: 20 })
    t.equal((await get(`/jobs/${id}?limit=0`)).json().error.details[0].pointer, '/limit')
    for (const odd of ['1.5', '7e-1', 'NaN', '0x1g', ' '])
      t.match((await get(`/jobs/${id}?limit=${odd}`)).json().error?.details, [
        { pointer: '/limit', message: 'must be a whole number from 1 to 100' }
      ])
    t.equal((await get(`/jobs/${id}?limt=3`)).json().error.details[0].pointer, '/limt')
    for (const bad of ['7', 'not-a-uuid', `${id}0`, '%00', '..%2f', 'x'.repeat(5_000)]) {
      const res = await get(`/jobs/${bad}`)
      t.equal(res.statusCode, 404, bad.slice(0, 20))
      t.equal(res.json().error.code, 'JOB_NOT_FOUND', bad.slice(0, 20))
    }
    t.equal((await get('/%ff')).json().error.code, 'NOT_FOUND')
    t.equal((await get('/nothing')).json().error.code, 'NOT_FOUND')
  }
)

t.test('a 500 says nothing, a 503 says when to come back', async (t) => {
  const broken = await app().inject('/broken')
  t.equal(broken.statusCode, 500)
  t.notMatch(broken.payload, /hunter2|postgres/)
  t.equal(broken.json().error.code, 'INTERNAL')
  const away = await app().inject('/away')
  t.equal(away.statusCode, 503)
  t.equal(away.headers['retry-after'], '7')

  const lines: string[] = []
  const logged = app(createLog('test', 'info', { write: (line) => void lines.push(line) }))
  for (const path of ['/broken', '/away', '/nothing']) await logged.inject(path)
  t.match(
    lines.map((line) => JSON.parse(line)),
    [
      { level: 'error', msg: 'request failed', code: 'INTERNAL', err: { stack: String } },
      { level: 'warn', msg: 'request failed', code: 'UNAVAILABLE' },
      { level: 'info', msg: 'request' }
    ],
    'one line a request'
  )
  t.equal(lines.length, 3)
})

t.test('a cursor gives back what it was made of; anything else names the field', async (t) => {
  t.same(decodeCursor(encodeCursor(['2026-01-01', 3, null]), 3), ['2026-01-01', 3, null])
  for (const bad of ['', 'x', encodeCursor([1]), Buffer.from('[1,{}]').toString('base64url')]) {
    t.throws(() => decodeCursor(bad, 2), { code: 'VALIDATION', details: [{ pointer: '/cursor' }] })
  }
})

t.test('text that no database stores is refused on public routes, wherever it stands', async (t) => {
  const server = createServer({ log: silentLog })
  userAuth(server, { verify: async () => Promise.reject(fail('UNAUTHENTICATED')) })
  const config = { access: 'public', notFound: 'JOB_NOT_FOUND' } as const
  const querystring = Type.Object({ q: Type.Optional(Type.String()) })
  server.post('/notes/:name', { config, schema: { querystring } }, async (req) => ({ got: req.body }))
  const post = (url: string, payload: object) => server.inject({ method: 'POST', url, payload })
  t.equal((await post('/notes/a?q=%F0%9F%98%80', { text: 'fine 😀' })).statusCode, 200)
  const body = await post('/notes/a', { list: [{ text: 'a\u0000' }], half: '\ud800', 'k\u0000': 1 })
  t.same(
    body.json().error.details.map((d: { pointer: string }) => d.pointer),
    ['/list/0/text', '/half', '/k\u0000']
  )
  t.equal((await post('/notes/a?q=%00', {})).json().error.details[0].pointer, '/q')
  t.equal((await post('/notes/%00', {})).json().error.code, 'JOB_NOT_FOUND')
})
