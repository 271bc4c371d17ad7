import { createServer as httpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportPKCS8, generateKeyPair, SignJWT, type SignOptions } from 'jose'
import t, { type Test } from 'tap'
import { Type } from 'typebox'
import { fail } from '../src/errors.ts'
import { internalClient } from '../src/internal-client.ts'
import { createServer, listen } from '../src/server.ts'
import { serviceAuth, serviceIdentity } from '../src/service-auth.ts'
import { accessVerifier, userAuth, userOf } from '../src/user-auth.ts'
import { silentLog } from './silent-log.ts'

const access = await generateKeyPair('EdDSA', { extractable: true })
const stranger = await generateKeyPair('EdDSA', { extractable: true })
const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(access.publicKey)).padEnd(64))

async function jwksServer(t: Test) {
  const keys = [{ ...(await exportJWK(access.publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }]
  const server = httpServer((_req, res) => res.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Changes = {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  key?: Parameters<SignJWT['sign']>[0]
  options?: SignOptions
}
const now = () => Math.floor(Date.now() / 1_000)

function token({ header = {}, claims = {}, key = access.privateKey, options }: Changes = {}) {
  const payload = {
    iss: 'trainyard',
    aud: 'trainyard-api',
    sub: 'u1',
    sid: 's1',
    ver: 1,
    role: 'member',
    workspace_id: 'w1',
    jti: 'j1',
    iat: now(),
    exp: now() + 900,
    ...claims
  }
  const clean = Object.fromEntries(Object.entries(payload).filter(([, v]) => v !== undefined))
  return new SignJWT(clean)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(key, options)
}

t.test('only a token that auth signed, for this API and not yet expired, lets a user in', async (t) => {
  const app = createServer({ log: silentLog })
  userAuth(app, { verify: accessVerifier({ jwksUrl: await jwksServer(t), issuer: 'trainyard' }) })
  app.get('/me', { config: { access: 'user' } }, async (req) => ({ id: userOf(req).sub }))
  app.get('/admin', { config: { access: 'admin' } }, async () => ({}))
  app.get('/open', { config: { access: 'public' } }, async () => ({}))
  const get = async (url: string, bearer?: string) => {
    const res = await app.inject({ url, headers: bearer === undefined ? {} : { authorization: bearer } })
    return res.statusCode
  }
  const good = await token()
  t.equal(await get('/me', `Bearer ${good}`), 200)
  t.equal(await get('/me', `bearer ${good}`), 200, 'the scheme has no case')
  t.equal(await get('/open'), 200)
  t.equal(await get('/admin', `Bearer ${good}`), 403)
  t.equal(await get('/admin', `Bearer ${await token({ claims: { role: 'admin' } })}`), 200)

  const [head = '', body = '', signature = ''] = good.split('.')
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  const forged: Record<string, string> = {
    'no token': '',
    'another scheme': `Basic ${good}`,
    'two tokens': `Bearer ${good} ${good}`,
    'alg none': `Bearer ${none}.${body}.`,
    'alg none with the signature': `Bearer ${none}.${body}.${signature}`,
    'another key': `Bearer ${await token({ key: stranger.privateKey })}`,
    'the public key as an HMAC secret': `Bearer ${await token({ header: { alg: 'HS256' }, key: secret })}`,
    'a changed body': `Bearer ${head}.${Buffer.from('{"sub":"u2"}').toString('base64url')}.${signature}`,
    'wrong audience': `Bearer ${await token({ claims: { aud: 'board' } })}`,
    'wrong issuer': `Bearer ${await token({ claims: { iss: 'other' } })}`,
    'wrong type': `Bearer ${await token({ header: { typ: 'JWT' } })}`,
    expired: `Bearer ${await token({ claims: { exp: now() - 1 } })}`,
    'no expiry': `Bearer ${await token({ claims: { exp: undefined } })}`,
    'expiry as text': `Bearer ${await token({ claims: { exp: '9999999999' } })}`,
    'not yet valid': `Bearer ${await token({ claims: { nbf: now() + 600 } })}`,
    'no session': `Bearer ${await token({ claims: { sid: undefined } })}`,
    'a role of its own': `Bearer ${await token({ claims: { role: 'root' } })}`,
    'unknown critical header': `Bearer ${await token({ header: { crit: ['exp2'], exp2: 1 }, options: { crit: { exp2: true } } })}`,
    'a megabyte': `Bearer ${'a'.repeat(1_000_000)}`
  }
  for (const [name, header] of Object.entries(forged)) t.equal(await get('/me', header), 401, name)
})

t.test('a route that does not say who may call it stops the boot', async (t) => {
  const app = createServer({ log: silentLog })
  userAuth(app, {
    verify: async () => {
      throw fail('UNAUTHENTICATED')
    }
  })
  t.throws(() => app.get('/x', async () => ({})), /does not say config.access/)
})

async function services(t: Test) {
  const pair = {
    job: await generateKeyPair('EdDSA', { extractable: true }),
    gateway: await generateKeyPair('EdDSA', { extractable: true })
  }
  const jwks = JSON.stringify({
    keys: await Promise.all(
      Object.entries(pair).map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: 'EdDSA'
      }))
    )
  })
  const app = createServer({ log: silentLog })
  serviceAuth(app, { audience: 'dataset', jwks, workerTokenSha256: 'a'.repeat(64) })
  app.get('/from-job', { config: { callers: ['job'] } }, async () => ({ n: 1 }))
  app.get('/gone', { config: { callers: ['job'] } }, async () => {
    throw fail('DATASET_NOT_FOUND')
  })
  app.get('/broken', { config: { callers: ['job'] } }, async () => {
    throw new Error('x')
  })
  app.get('/slow', { config: { callers: ['job'] } }, () => new Promise(() => undefined))
  app.get('/from-worker', { config: { callers: 'worker' } }, async () => ({}))
  t.throws(() => app.get('/y', async () => ({})), /does not say config.callers/)
  const port = await listen(app, { host: '127.0.0.1', port: 0 })
  t.teardown(() => {
    app.server.closeAllConnections()
    return app.close()
  })
  const baseUrl = `http://127.0.0.1:${port}`
  const as = async (name: 'job' | 'gateway', signer: 'job' | 'gateway' = name) =>
    internalClient({
      baseUrl,
      audience: 'dataset',
      timeoutMs: 300,
      identity: serviceIdentity({ name, key: await exportPKCS8(pair[signer].privateKey) })
    })
  return { as, baseUrl }
}

t.test(
  'a service trusts a caller by its own key, for itself, and only where the route lists it',
  async (t) => {
    const { as, baseUrl } = await services(t)
    const job = await as('job')
    t.same(await job.call('GET', '/from-job', { reply: Type.Object({ n: Type.Integer() }) }), { n: 1 })
    await t.rejects((await as('gateway')).call('GET', '/from-job'), { code: 'UNAUTHENTICATED' })
    await t.rejects(
      (await as('job', 'gateway')).call('GET', '/from-job'),
      { code: 'UNAUTHENTICATED' },
      "another service's key under this name"
    )
    t.equal(
      (await fetch(`${baseUrl}/from-job`, { headers: { authorization: `Bearer ${await token()}` } })).status,
      401,
      'a user token'
    )
    t.equal(
      (await fetch(`${baseUrl}/from-worker`, { headers: { authorization: 'Bearer guess' } })).status,
      401
    )
  }
)

t.test(
  "a callee's refusal keeps its code; silence, a 5xx and a reply of another shape are UNAVAILABLE",
  async (t) => {
    const { as } = await services(t)
    const job = await as('job')
    await t.rejects(job.call('GET', '/gone'), { code: 'DATASET_NOT_FOUND' })
    await t.rejects(job.call('GET', '/broken'), { code: 'UNAVAILABLE' })
    await t.rejects(job.call('GET', '/slow'), { code: 'UNAVAILABLE' })
    await t.rejects(job.call('GET', '/from-job', { reply: Type.Object({ m: Type.Integer() }) }), {
      code: 'UNAVAILABLE'
    })
  }
)
