import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import t from 'tap'
import { signingKeys } from '../src/signing-keys.ts'
import { type Auth, HTTPS_URL, newJwk, PASSWORD, PUBLIC_URL, startAuth } from './start-auth.ts'

/** Moves what a refresh token or session remembers into the past, which is what waiting would do. */
const age = (pool: Auth['pool'], seconds: number) =>
  pool.query(`update auth.refresh_tokens set spent_at = spent_at - make_interval(secs => $1)`, [seconds])

t.test(
  'a refresh token is good once; the same successor comes again for ten seconds, then the session dies',
  async (t) => {
    const { register, refresh, send, pool, lines, login } = await startAuth(t)
    const first = await register('ada@example.org')
    const other = (await login('ada@example.org', PASSWORD)).json()

    const second = (await refresh(first.refresh_token)).json()
    t.not(second.refresh_token, first.refresh_token)
    t.match(second, { user: first.user, expires_in: 900 })
    t.match(second.refresh_token, /^[\w-]{43}$/)
    t.equal((await send('GET', '/api/auth/me', { token: second.token })).statusCode, 200)

    const repeated = (await refresh(first.refresh_token)).json()
    t.equal(repeated.refresh_token, second.refresh_token, 'a lost reply: the same successor')
    const third = (await refresh(second.refresh_token)).json()
    t.ok(third.refresh_token, 'and it works')
    t.equal(
      (await refresh(first.refresh_token)).json().refresh_token,
      second.refresh_token,
      'still within ten seconds'
    )

    await age(pool, 10)
    const reused = await refresh(first.refresh_token)
    t.equal(reused.statusCode, 401)
    t.equal(reused.json().error.code, 'REFRESH_INVALID')
    t.equal((await refresh(third.refresh_token)).statusCode, 401, 'the newest of the family is dead')
    t.equal(
      (await send('GET', '/api/auth/me', { token: third.token })).statusCode,
      401,
      'its access tokens too'
    )
    t.equal(
      (await send('GET', '/api/auth/me', { token: other.token })).statusCode,
      200,
      'another session lives'
    )
    t.ok(lines.some((line) => line.includes('"event":"refresh_reuse"') && line.includes(first.user.id)))
    t.notOk(
      lines.some((line) => line.includes(PASSWORD) || line.includes(first.refresh_token)),
      'no secret in the log'
    )
  }
)

t.test('many refreshes of one token at once are one refresh', async (t) => {
  const { register, refresh, pool } = await startAuth(t)
  const { refresh_token } = await register('tabs@example.org')
  const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)))
  t.same(new Set(replies.map((res) => res.statusCode)), new Set([200]))
  t.equal(new Set(replies.map((res) => res.json().refresh_token)).size, 1)
  t.equal((await pool.query('select 1 from auth.refresh_tokens')).rowCount, 2)
})

t.test('a session ends seven days after sign-in, used or not, and no access token outlives it', async (t) => {
  const { register, refresh, send, pool } = await startAuth(t)
  const { refresh_token, token } = await register('week@example.org')
  const { rows } = await pool.query('select expires_at - created_at as life from auth.sessions')
  t.match(rows[0].life, { days: 7 })
  await pool.query(`update auth.sessions set expires_at = now() + interval '5 minutes'`)
  const late = (await refresh(refresh_token)).json()
  t.ok(late.expires_in <= 300 && late.expires_in > 290, `${late.expires_in} s`)
  await pool.query(`update auth.sessions set expires_at = now() - interval '1 second'`)
  t.equal((await refresh(late.refresh_token)).statusCode, 401)
  t.equal((await send('GET', '/api/auth/me', { token })).statusCode, 401)
})

t.test('one user has at most a hundred sessions; the oldest gives way', async (t) => {
  const { register, login, send, pool } = await startAuth(t)
  const { token, user } = await register('many@example.org')
  await pool.query(
    `insert into auth.sessions (id, user_id, expires_at)
     select uuidv7(), $1, now() + interval '1 day' from generate_series(1, 98)`,
    [user.id]
  )
  await login('many@example.org', PASSWORD)
  t.equal((await send('GET', '/api/auth/me', { token })).statusCode, 200)
  await login('many@example.org', PASSWORD)
  t.equal((await send('GET', '/api/auth/me', { token })).statusCode, 401)
})

t.test('signing out and a new password end sessions at once, and gateways hear which', async (t) => {
  const { register, login, refresh, send, ask } = await startAuth(t)
  const mail = 'leaving@example.org'
  const here = await register(mail)
  const there = (await login(mail, PASSWORD)).json()
  const sid = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid
  const revoked = async () => (await ask('GET', '/internal/revocations')).json().sessions as string[]
  t.same(await revoked(), [])

  const change = (body: object, token = here.token) => send('POST', '/api/auth/password', { token, body })
  const next = 'gravel umbrella cello'
  const wrong = await change({ current_password: 'not that', new_password: next })
  t.equal(wrong.statusCode, 401)
  t.match(wrong.json().error, { code: 'WRONG_CREDENTIALS', details: [{ pointer: '/current_password' }] })
  const common = await change({ current_password: PASSWORD, new_password: 'iloveyou123' })
  t.match(common.json().error, { code: 'VALIDATION', details: [{ pointer: '/new_password' }] })
  t.equal((await change({ current_password: PASSWORD, new_password: next })).statusCode, 204)
  t.equal((await send('GET', '/api/auth/me', { token: here.token })).statusCode, 200, 'this session stays')
  t.equal((await send('GET', '/api/auth/me', { token: there.token })).statusCode, 401)
  t.equal((await refresh(there.refresh_token)).statusCode, 401)
  t.equal((await login(mail, PASSWORD)).statusCode, 401)
  t.equal((await login(mail, next)).statusCode, 200)
  t.same(await revoked(), [sid(there.token)])

  t.equal((await send('POST', '/api/auth/logout', { token: here.token })).statusCode, 204)
  t.equal((await send('POST', '/api/auth/logout', { token: here.token })).statusCode, 401)
  t.equal((await refresh(here.refresh_token)).statusCode, 401)
  t.same((await revoked()).sort(), [sid(there.token), sid(here.token)].sort())

  const check = async (body: object) => (await ask('POST', '/internal/sessions/check', body)).json().active
  const live = (await login(mail, next)).json()
  const claims = { sid: sid(live.token), user_id: here.user.id, ver: 1 }
  t.equal(await check(claims), true)
  t.equal(await check({ ...claims, ver: 0 }), false)
  t.equal(await check({ ...claims, sid: sid(here.token) }), false)
})

t.test('old revocations leave the list, and users whose tokens were voided are on it', async (t) => {
  const { register, send, ask, pool } = await startAuth(t)
  const { token, user } = await register('old@example.org')
  await send('POST', '/api/auth/logout', { token })
  await pool.query(`update auth.sessions set revoked_at = now() - interval '21 minutes'`)
  await pool.query('update auth.users set ver = 2, ver_changed_at = now()')
  t.same((await ask('GET', '/internal/revocations')).json(), {
    sessions: [],
    users: [{ id: user.id, ver: 2 }]
  })
})

t.test(
  'a password changed while somebody signs in with the old one leaves no session of the old one',
  async (t) => {
    const { register, login, send, pool } = await startAuth(t)
    const { token } = await register('race@example.org')
    const body = { current_password: PASSWORD, new_password: 'gravel umbrella cello' }
    const [changed, ...logins] = await Promise.all([
      send('POST', '/api/auth/password', { token, body }),
      ...Array.from({ length: 4 }, (_, i) => login('race@example.org', PASSWORD, { ip: `10.9.0.${i}` }))
    ])
    t.equal(changed.statusCode, 204)
    for (const res of logins) t.ok([200, 401].includes(res.statusCode), `${res.statusCode}`)
    const live = await pool.query('select id from auth.sessions where revoked_at is null')
    t.equal(live.rowCount, 1, 'only the session that changed it')
  }
)

t.test('a token that this service did not sign, or not for this, is refused', async (t) => {
  const jwk = newJwk()
  const { register, send, keys, ask } = await startAuth(t, { jwks: [jwk, newJwk()] })
  const { token } = await register('real@example.org')
  const [key] = keys
  if (!key) throw new Error('no key')
  const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
  const forge = (
    claims: object,
    header: object = {},
    signer: Parameters<SignJWT['sign']>[0] = key.privateKey
  ) =>
    new SignJWT({ ...payload, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: key.kid, ...header })
      .sign(signer)
  const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${token.split('.')[1]}.`
  const [stranger] = await signingKeys(JSON.stringify([newJwk()]))
  const now = Math.floor(Date.now() / 1_000)
  const secret = createSecretKey(Buffer.from(String(jwk.x).padEnd(32)))
  t.equal((await send('GET', '/api/auth/me', { token: await forge({}) })).statusCode, 200, 'the control')
  const forged: Record<string, string> = {
    'algorithm none': none,
    'the public key as a shared secret': await forge({}, { alg: 'HS256' }, secret),
    'a stranger with our kid': await forge({}, {}, stranger?.privateKey),
    'an expired one': await forge({ exp: now - 1 }),
    'one without end': await forge({ exp: undefined }),
    'one not valid yet': await forge({ nbf: now + 600 }),
    'another issuer': await forge({ iss: 'elsewhere' }),
    'another audience': await forge({ aud: 'board' }),
    'another type': await forge({}, { typ: 'JWT' }),
    'a role that does not exist': await forge({ role: 'root' }),
    'a session that does not exist': await forge({ sid: payload.sub }),
    'an empty one': '',
    'one that is cut': token.slice(0, -4),
    'one of a megabyte': 'x'.repeat(15_000)
  }
  for (const [what, bad] of Object.entries(forged)) {
    t.equal((await send('GET', '/api/auth/me', { token: bad })).statusCode, 401, what)
  }
  t.equal((await send('GET', '/api/auth/me')).statusCode, 401)
  t.equal(
    (await send('GET', '/api/auth/me', { headers: { authorization: `Basic ${token}` } })).statusCode,
    401
  )
  t.equal((await send('GET', '/internal/revocations', { token })).statusCode, 404, 'not on this port')

  const jwks = (await send('GET', '/.well-known/jwks.json')).json()
  t.same(Object.keys(jwks.keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'], 'nothing private')
  t.equal(jwks.keys.length, 2, 'a key that is being replaced verifies still')
  t.equal(
    (await ask('GET', '/internal/revocations', undefined, 'job')).statusCode,
    401,
    'only gateways may ask'
  )
})

t.test('a socket ticket is good for one use, for as long as its session lives', async (t) => {
  const { register, send, ask, pool } = await startAuth(t)
  const { token, user } = await register('socket@example.org')
  const issue = async () => (await send('POST', '/api/auth/ws-ticket', { token })).json()
  const redeem = (ticket: string) => ask('POST', '/internal/ws-tickets/redeem', { ticket })
  const { ticket, expires_at } = await issue()
  t.ok(Date.parse(expires_at) - Date.now() <= 31_000)
  const both = await Promise.all([redeem(ticket), redeem(ticket)])
  t.same(both.map((res) => res.statusCode).sort(), [200, 401], 'two at once: one gets it')
  const redeemed = both.find((res) => res.statusCode === 200)?.json()
  const { sid, exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
  t.same(redeemed, { user_id: user.id, sid, ver: 1, role: 'member', workspace_id: user.workspace_id, exp })
  const late = await issue()
  await pool.query(`update auth.ws_tickets set expires_at = now() - interval '1 second'`)
  t.equal((await redeem(late.ticket)).statusCode, 401)
  const kept = await issue()
  await send('POST', '/api/auth/logout', { token })
  t.equal((await redeem(kept.ticket)).statusCode, 401, 'not after signing out')
  t.equal((await redeem('guessed')).statusCode, 401)
  t.equal((await send('POST', '/api/auth/ws-ticket')).statusCode, 401)
})

t.test('our web client gets its refresh token in a cookie that only our pages can use', async (t) => {
  const { send, register, lines } = await startAuth(t)
  await register('web@example.org')
  const credentials = { email: 'web@example.org', password: PASSWORD }
  const web = { 'x-trainyard-client': 'web', origin: PUBLIC_URL }
  const https = { 'x-trainyard-client': 'web', origin: HTTPS_URL, host: 'trainyard.test' }
  const signIn = (headers: Record<string, string>) =>
    send('POST', '/api/auth/login', { body: credentials, headers })

  const plain = await signIn(web)
  t.equal(plain.json().refresh_token, undefined)
  t.match(
    plain.headers['set-cookie'],
    /^ty_refresh=[\w-]{43}; Path=\/; Max-Age=6047\d\d; HttpOnly; SameSite=Strict$/
  )
  const secure = await signIn(https)
  t.match(
    secure.headers['set-cookie'],
    /^__Host-ty_refresh=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/
  )
  const bodyOnly = await signIn({})
  t.equal(bodyOnly.headers['set-cookie'], undefined)
  t.ok(bodyOnly.json().refresh_token)

  const cookie = String(plain.headers['set-cookie']).split(';')[0] ?? ''
  const refresh = (headers: Record<string, string>) => send('POST', '/api/auth/refresh', { headers })
  t.equal((await refresh({ cookie })).json().error.code, 'REFRESH_INVALID', 'not without the header')
  t.equal((await refresh({ cookie, 'x-trainyard-client': 'web' })).json().error.code, 'ORIGIN_REFUSED')
  t.match(
    (await refresh({ cookie, 'x-trainyard-client': 'web' })).json().error.message,
    /Leave the header out/
  )
  const foreign = { cookie, 'x-trainyard-client': 'web', origin: 'https://evil.example' }
  t.equal((await refresh(foreign)).statusCode, 403)
  t.equal((await refresh({ ...foreign, origin: 'null' })).statusCode, 403)
  t.equal(
    (await signIn({ ...web, origin: 'https://evil.example' })).statusCode,
    403,
    'nor a sign-in from there'
  )
  t.ok(lines.some((line) => line.includes('"event":"origin_refused"')))
  const planted = { ...https, cookie: cookie.replace('__Host-', '') }
  t.equal((await refresh(planted)).statusCode, 401, 'over https a plain cookie does not count')

  const renewed = await refresh({ ...web, cookie: `a=b; ${cookie}; c=d` })
  t.equal(renewed.statusCode, 200)
  t.equal(renewed.json().refresh_token, undefined)
  t.match(renewed.headers['set-cookie'], /^ty_refresh=/)
  const out = await send('POST', '/api/auth/logout', { token: renewed.json().token, headers: web })
  t.match(out.headers['set-cookie'], /^ty_refresh=; Path=\/; Max-Age=0;/)
  const dead = await refresh({ ...web, cookie: String(renewed.headers['set-cookie']).split(';')[0] ?? '' })
  t.equal(dead.statusCode, 401)
  t.match(dead.headers['set-cookie'], /Max-Age=0/, 'a cookie that is of no use is taken back')
})
