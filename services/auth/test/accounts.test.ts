import { hash } from 'argon2'
import t from 'tap'
import { createPasswordRules } from '../src/password-rules.ts'
import { createPasswords, HASH_PARAMETERS } from '../src/passwords.ts'
import { sweep } from '../src/sweep.ts'
import { CHEAP, PASSWORD, startAuth } from './start-auth.ts'

const full = process.env.TEST_FULL === '1'

t.test(
  'one who registers is signed in, and the reply has the keys of the contract and no more',
  async (t) => {
    const { send, register, login, pool } = await startAuth(t, { hashing: HASH_PARAMETERS })
    const made = await send('POST', '/api/auth/register', {
      body: { email: '  Ada@Example.ORG ', password: PASSWORD, name: 'Ada' }
    })
    t.equal(made.statusCode, 201)
    const session = made.json()
    t.same(Object.keys(session).sort(), ['expires_in', 'refresh_token', 'token', 'user'])
    t.same(Object.keys(session.user).sort(), ['created_at', 'email', 'id', 'name', 'role', 'workspace_id'])
    t.equal(session.expires_in, 900)
    t.match(session.user, { email: 'ada@example.org', name: 'Ada', role: 'member' })
    t.equal(made.headers['cache-control'], 'no-store')
    const me = await send('GET', '/api/auth/me', { token: session.token })
    t.same(me.json(), session.user)
    const [, header, payload] = /^([\w-]+)\.([\w-]+)\./.exec(session.token) ?? []
    t.match(JSON.parse(Buffer.from(header ?? '', 'base64url').toString()), {
      alg: 'EdDSA',
      typ: 'at+jwt',
      kid: String
    })
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
    t.match(claims, { iss: 'trainyard', aud: 'trainyard-api', sub: session.user.id, ver: 1, role: 'member' })
    t.equal(claims.exp - claims.iat, 900)
    t.equal(claims.workspace_id, session.user.workspace_id)
    const stored = (await pool.query('select password_hash from auth.users')).rows[0].password_hash
    t.match(stored, /^\$argon2id\$v=19\$m=19456,p=1,t=2\$|^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)

    t.equal((await login('ADA@example.org', PASSWORD)).statusCode, 200, 'whatever the case')
    t.equal((await login('ada@example.org', PASSWORD)).json().user.id, session.user.id)
    const again = await register('ada@EXAMPLE.org')
    t.equal(again.error.code, 'EMAIL_TAKEN')
    const decomposed = await register('zoe\u0308@example.org')
    const composed = await register('zo\u00eb@example.org')
    t.ok(decomposed.token)
    t.equal(composed.error.code, 'EMAIL_TAKEN', 'two spellings of one character are one e-mail')
  }
)

t.test(
  'of fifty registrations with one e-mail at once one succeeds, and none fails on our side',
  async (t) => {
    const { send, pool } = await startAuth(t)
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        send('POST', '/api/auth/register', {
          body: { email: i % 2 ? 'race@example.org' : 'RACE@example.org', password: PASSWORD }
        })
      )
    )
    const codes = replies.map((res) => res.statusCode).sort()
    t.same(codes, [201, ...Array(49).fill(409)])
    t.same((await pool.query('select count(*)::int as n from auth.users')).rows, [{ n: 1 }])
    t.same((await pool.query('select count(*)::int as n from auth.workspaces')).rows, [{ n: 1 }])
    t.same((await pool.query('select count(*)::int as n from auth.sessions')).rows, [{ n: 1 }])
  }
)

t.test('what is wrong with a request is said with its field, and never becomes a 500', async (t) => {
  const { send, register } = await startAuth(t)
  const { token } = await register('hostile@example.org')
  const good = { email: 'x@example.org', password: PASSWORD }
  const deep = `{"email":${'['.repeat(10_000)}${']'.repeat(10_000)},"password":"x"}`
  const cases: [string, { body?: unknown; raw?: string }, number, string | undefined][] = [
    ['an unknown field', { body: { ...good, role: 'admin' } }, 400, '/role'],
    ['a missing field', { body: { email: 'x@example.org' } }, 400, '/password'],
    ['a wrong type', { body: { ...good, email: 7 } }, 400, '/email'],
    ['a password of numbers', { body: { ...good, password: 12345678 } }, 400, '/password'],
    ['no e-mail', { body: { ...good, email: 'nobody' } }, 400, '/email'],
    ['NUL in the e-mail', { body: { ...good, email: 'a\0@example.org' } }, 400, '/email'],
    ['NUL in the name', { body: { ...good, name: 'a\0b' } }, 400, '/name'],
    ['a line break in the name', { body: { ...good, name: 'a\nlevel: fatal' } }, 400, '/name'],
    ['an endless e-mail', { body: { ...good, email: `${'a'.repeat(300)}@example.org` } }, 400, '/email'],
    ['half a character', { body: { ...good, password: 'wolkenkuckuck\ud800' } }, 400, '/password'],
    ['a short password', { body: { ...good, password: 'kx7!vq2' } }, 400, '/password'],
    ['a common password', { body: { ...good, password: 'Password123' } }, 400, '/password'],
    ['an endless password', { body: { ...good, password: 'x'.repeat(257) } }, 400, '/password'],
    [
      '__proto__',
      { raw: '{"email":"x@example.org","password":"x","__proto__":{"role":"admin"}}' },
      400,
      undefined
    ],
    ['10,000 levels', { raw: deep }, 400, undefined],
    ['no JSON', { raw: '{"email":' }, 400, undefined],
    ['an array', { body: [] }, 400, ''],
    ['nothing', {}, 400, undefined],
    ['a body past the limit', { raw: JSON.stringify({ ...good, name: 'x'.repeat(70_000) }) }, 413, undefined]
  ]
  for (const [what, request, status, pointer] of cases) {
    const res = await send('POST', '/api/auth/register', request)
    t.equal(res.statusCode, status, what)
    t.match(res.json().error, { code: String, message: String, details: Array, request_id: String }, what)
    if (pointer !== undefined) t.same(res.json().error.details[0]?.pointer, pointer, what)
  }
  const form = await send('POST', '/api/auth/login', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'email=x&password=y'
  })
  t.equal(form.statusCode, 415, 'a form cannot sign anybody in')
  for (const body of [
    { email: '\0', password: 'x' },
    { email: 'x', password: 'x', otp: 1 }
  ]) {
    t.equal((await send('POST', '/api/auth/login', { body })).statusCode, 400)
  }
  t.equal((await send('POST', '/api/auth/login', { body: { email: '', password: '' } })).statusCode, 401)
  t.equal((await send('POST', '/api/auth/logout', { token, body: { all: true } })).statusCode, 400)
  t.equal((await send('GET', '/api/auth/sessions/../../internal/revocations')).statusCode, 404)
})

t.test('a password may be anything long enough that is not tried first', async (t) => {
  const rules = createPasswordRules(8)
  const person = { pointer: '/password', email: 'grace.hopper@navy.example', name: 'Grace Hopper' }
  const refused = (password: string) => {
    try {
      rules(password, person)
      return false
    } catch {
      return true
    }
  }
  for (const bad of [
    'kx7!vq2', '🐎🐎🐎🐎🐎🐎🐎', 'password', 'PASSWORD', 'p@ssw0rd', 'Password123!', 'iloveyou1', 'qwertyuiop', '1q2w3e4r5t',
    '12345678', '11111111', 'zzzzzzzzzzzz', 'abcabcabc', '1986dragon', '19900101', 'trainyard', 'Trainyard1', 'tr4inyard2026',
    'gracehopper', 'Hopper1906', 'grace.hopper@navy.example', 'passwordpassword', 'liverpool', '        '
  ]) t.ok(refused(bad), `refused: ${bad}`) // biome-ignore format: a table
  for (const good of [
    'kx7!vq2p', 'correct pony staple', '🐎🔋🧷🐎🔋🧷📎🧵', 'Ünïcödé käse', 'mauve-otter-plinth', 'xxxqJ8#mWz2', 'ä1ö2ü3ß4é5',
    ' leading and trailing ', `${'tq'.repeat(40)}z`, `ppppp${'r7K!'.repeat(30)}`
  ]) t.notOk(refused(good), `accepted: ${good}`) // biome-ignore format: a table
  t.throws(
    () => createPasswordRules(15)('kx7!vq2pkx7!vq', person),
    { code: 'VALIDATION' },
    'the length can be raised'
  )
})

t.test("every byte of a password counts, and a keyboard's spelling does not", async (t) => {
  const passwords = await createPasswords(CHEAP)
  const long = 'a'.repeat(90)
  const stored = await passwords.hash(`${long}1`)
  t.ok(await passwords.verify(stored, `${long}1`))
  t.notOk(await passwords.verify(stored, `${long}2`))
  t.ok(await passwords.verify(await passwords.hash('cafe\u0301 au lait'), 'caf\u00e9 au lait'))
  t.notOk(await passwords.verify(undefined, 'nobody has this password'), "the dummy is nobody's")
  const small = await createPasswords(CHEAP, { running: 1, waiting: 2 })
  const flood = await Promise.allSettled(Array.from({ length: 10 }, () => small.hash('x')))
  const away = flood.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  t.same(away, Array(7).fill('UNAVAILABLE'), 'one runs, two wait, seven are sent away')
  t.ok(await small.hash('afterwards'), 'and the queue goes on')
})

t.test('unknown user and wrong password are told apart by nothing, time included', async (t) => {
  const { login, register, pool } = await startAuth(t, { hashing: HASH_PARAMETERS })
  await register('real@example.org')
  const times = { real: [] as number[], unknown: [] as number[] }
  const bodies = new Set<string>()
  const tries = full ? 500 : 20
  for (let i = 0; i < tries; i++) {
    // In turns, and each from another address, so that neither load nor throttling favours one.
    for (const kind of ['real', 'unknown'] as const) {
      const email = kind === 'real' ? 'real@example.org' : `nobody-${i}@example.org`
      const started = performance.now()
      const res = await login(email, 'wrong horse battery', {
        ip: `10.${kind === 'real' ? 1 : 2}.${i >> 8}.${i & 255}`
      })
      times[kind].push(performance.now() - started)
      const { request_id: _, ...error } = res.json().error
      bodies.add(JSON.stringify([res.statusCode, error]))
    }
    await pool.query('delete from auth.throttles')
  }
  t.same(
    [...bodies],
    ['[401,{"code":"WRONG_CREDENTIALS","message":"E-mail or password is wrong.","details":[]}]']
  )
  const [real, unknown] = [quartile(times.real), quartile(times.unknown)]
  t.comment(
    `lower quartile of ${tries}: wrong password ${real.toFixed(1)} ms, unknown user ${unknown.toFixed(1)} ms`
  )
  // Without a hash for nobody the one would be a tenth of the other; few tries on a busy machine are that noisy.
  const tolerance = full ? 0.1 : 0.5
  t.ok(
    Math.abs(real - unknown) < tolerance * Math.max(real, unknown),
    `within ${tolerance * 100} % of each other`
  )
  t.ok(unknown > 5, 'an unknown user costs a hash too')
})

const quartile = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 2] ?? 0

t.test('a sign-in replaces a hash of weaker parameters', async (t) => {
  const { login, register, pool } = await startAuth(t, { hashing: { ...CHEAP, memoryCost: 2_048 } })
  await register('old@example.org')
  const stored = async () => (await pool.query('select password_hash from auth.users')).rows[0].password_hash
  const fresh = await stored()
  await login('old@example.org', PASSWORD)
  t.equal(await stored(), fresh, 'a hash of today stays')
  const weak = await hash(Buffer.from(PASSWORD), { type: 2, ...CHEAP })
  await pool.query('update auth.users set password_hash = $1', [weak])
  t.equal((await login('old@example.org', 'not it, not at all')).statusCode, 401)
  t.equal(await stored(), weak, 'a wrong password changes nothing')
  const both = await Promise.all([1, 2, 3, 4].map(() => login('old@example.org', PASSWORD)))
  t.same(
    both.map((res) => res.statusCode),
    Array(4).fill(200),
    'several at once do not hinder each other'
  )
  t.match(await stored(), /m=2048/)
  t.equal((await login('old@example.org', PASSWORD)).statusCode, 200)
})

t.test('registration by invitation or closed refuses strangers', async (t) => {
  for (const registration of ['invite', 'closed'] as const) {
    const { register, pool } = await startAuth(t, { registration })
    t.equal((await register('x@example.org')).error.code, 'REGISTRATION_CLOSED')
    t.same((await pool.query('select 1 from auth.users')).rows, [])
  }
})

t.test('what has no effect any more is swept, what has stays', async (t) => {
  const { deps, register, send, pool } = await startAuth(t)
  const { token } = await register('kept@example.org')
  await register('gone@example.org')
  await send('POST', '/api/auth/ws-ticket', { token })
  await pool.query(`update auth.sessions set expires_at = now() - interval '2 hours'
    where user_id = (select id from auth.users where email = 'gone@example.org')`)
  await pool.query(`update auth.ws_tickets set expires_at = now() - interval '1 second'`)
  await pool.query(`insert into auth.throttles values ('old', 9, now(), now() - interval '3 hours')`)
  await sweep(deps.db)
  const count = async (table: string) => (await pool.query(`select 1 from auth.${table}`)).rowCount
  t.same(await Promise.all(['sessions', 'refresh_tokens', 'ws_tickets', 'users'].map(count)), [1, 1, 0, 2])
  t.same((await pool.query(`select 1 from auth.throttles where key = 'old'`)).rowCount, 0)
  t.equal((await send('GET', '/api/auth/me', { token })).statusCode, 200)
})
