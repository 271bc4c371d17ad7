import { networkOf } from '@trainyard/service-kit/network'
import t from 'tap'
import { PASSWORD, startAuth } from './start-auth.ts'

const full = process.env.TEST_FULL === '1'

t.test('wrong passwords from one address wait longer and longer, however many come at once', async (t) => {
  const { login, register, pool, lines } = await startAuth(t)
  await register('victim@example.org')
  const wrong = () => login('victim@example.org', 'wrong horse battery', { ip: '203.0.113.9' })
  const burst = await Promise.all(Array.from({ length: 30 }, wrong))
  const count = (status: number) => burst.filter((res) => res.statusCode === status).length
  t.same([count(401), count(429)], [5, 25], 'five are looked at')
  const refused = burst.find((res) => res.statusCode === 429)
  t.match(refused?.json().error, { code: 'TOO_MANY_REQUESTS' })
  t.equal(refused?.headers['retry-after'], '1')
  t.ok(lines.some((line) => line.includes('"event":"throttled"') && line.includes('203.0.113.9')))
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    await pool.query('update auth.throttles set blocked_until = now()')
    await wrong()
    waits.push(Number((await wrong()).headers['retry-after']))
  }
  t.same(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900], 'doubling up to a quarter of an hour')

  const blocked = await login('victim@example.org', PASSWORD, { ip: '203.0.113.9' })
  t.equal(blocked.statusCode, 429, 'the right password waits there too, or it would be an answer')
  t.equal(
    (await login('victim@example.org', PASSWORD, { ip: '198.51.100.7' })).statusCode,
    200,
    'elsewhere it does not'
  )
  await pool.query(`update auth.throttles set updated_at = now() - interval '2 hours', blocked_until = now()`)
  t.equal((await wrong()).statusCode, 401, 'an hour of quiet forgets')
  t.equal((await wrong()).statusCode, 401)
})

t.test(
  'an account under attack from many networks gives each one guess, and its owner gets in',
  async (t) => {
    const { login, register } = await startAuth(t)
    await register('victim@example.org')
    const from = (i: number, password = 'wrong horse battery') =>
      login('victim@example.org', password, { ip: `2001:db8:${i.toString(16)}::1` })
    const tries = full ? 1_000 : 100
    for (let i = 0; i < tries; i += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, j) => from(i + j)))
    }
    t.equal((await from(9_000)).statusCode, 401)
    t.equal((await from(9_000)).statusCode, 429, 'a second guess from a network waits')
    t.equal((await from(9_001, PASSWORD)).statusCode, 200, 'the owner signs in at the first try')
    t.equal((await from(9_001, PASSWORD)).statusCode, 200)
  }
)

t.test(
  'one address that tries many accounts waits, and signing in to its own does not help it',
  async (t) => {
    const { login, register } = await startAuth(t)
    await register('own@example.org')
    const ip = '203.0.113.20'
    for (let i = 0; i < 50; i += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, j) => login(`user-${i + j}@example.org`, 'x', { ip })))
    }
    t.equal((await login('another@example.org', 'x', { ip })).statusCode, 429)
    t.equal((await login('own@example.org', PASSWORD, { ip })).statusCode, 429)
    t.equal((await login('own@example.org', PASSWORD, { ip: '203.0.113.21' })).statusCode, 200)
  }
)

t.test('right passwords cost no tries', async (t) => {
  const { login, register } = await startAuth(t)
  await register('busy@example.org')
  const replies = []
  for (let i = 0; i < 20; i++) replies.push((await login('busy@example.org', PASSWORD)).statusCode)
  t.same(replies, Array(20).fill(200))
})

t.test(
  'guessing the current password, refresh tokens or floods of registrations are slowed too',
  async (t) => {
    const { register, send, refresh, pool } = await startAuth(t)
    const { token } = await register('thief@example.org')
    const body = { current_password: 'wrong', new_password: 'gravel umbrella cello' }
    const codes = []
    for (let i = 0; i < 7; i++)
      codes.push((await send('POST', '/api/auth/password', { token, body })).statusCode)
    t.same(codes, [401, 401, 401, 401, 401, 429, 429])
    await pool.query(`insert into auth.throttles values
    ('secret:network:10.0.0.7', 60, now() + interval '9 s', now()),
    ('register:network:10.0.0.7', 301, now() + interval '9 s', now())`)
    t.match((await refresh('guess', { ip: '10.0.0.7' })).headers, { 'retry-after': '9' })
    t.equal((await register('new@example.org', { ip: '10.0.0.7' })).error.code, 'TOO_MANY_REQUESTS')
    t.ok((await register('new@example.org', { ip: '10.0.0.8' })).token)
  }
)

t.test('a network is an IPv4 address or the /64 of an IPv6 one', async (t) => {
  t.equal(networkOf('203.0.113.9'), '203.0.113.9')
  t.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.9')
  t.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
  t.equal(networkOf('2001:0DB8:0:0:1:2:3:4'), '2001:db8:0:0::/64')
  t.equal(networkOf('::1'), '0:0:0:0::/64')
  t.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
})
