import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as httpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createStore } from '@trainyard/object-store/store'
import { newId } from '@trainyard/service-kit/ids'
import { eventually } from '@trainyard/testing/eventually'
import { freePort } from '@trainyard/testing/ports'
import { freshDatabase } from '@trainyard/testing/postgres'
import { freshRedis } from '@trainyard/testing/redis'
import { freshBucket } from '@trainyard/testing/s3'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { end, fileHead, openUpload, uploadBytes } from './raw-upload.ts'
import { migrated, serviceJwks, serviceKey, workerTokenSha256 } from './start.ts'

t.setTimeout(240_000)

const MiB = 1024 * 1024
/** As the platform starts it: a small young generation, so that memory is what is needed and not what is free. */
const nodeFlags = ['--max-semi-space-size=2', '--optimize-for-size', '--max-old-space-size=160']
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** What auth publishes, and a token that it signed. */
async function auth(t: Test) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }]
  const server = httpServer((_req, res) => res.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  t.teardown(() => server.close())
  const token = await new SignJWT({ sid: newId(), ver: 1, role: 'member', workspace_id: newId() })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'k1' })
    .setSubject(newId())
    .setIssuer('trainyard')
    .setAudience('trainyard-api')
    .setJti(newId())
    .setIssuedAt()
    .setExpirationTime('15 minutes')
    .sign(privateKey)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token }
}

/** Everything the process needs, and a way to start it, again and again. */
async function surroundings(t: Test) {
  const { url: authUrl, token } = await auth(t)
  const database = await freshDatabase(t, migrated)
  const redis = await freshRedis(t)
  const bucket = await freshBucket(t)
  const store = createStore(bucket)
  t.teardown(() => store.close())
  const start = async (more: Record<string, string> = {}) => {
    const env = {
      ...{
        PORT: '0',
        INTERNAL_PORT: '0',
        AUTH_URL: authUrl,
        SERVICE_KEY: serviceKey,
        SERVICE_JWKS: serviceJwks
      },
      JOB_INTERNAL_URL: `http://127.0.0.1:${await freePort()}`,
      DATABASE_URL: database.urlAs('ty_dataset'),
      REDIS_URL: redis.url,
      OBJECT_STORE_URL: bucket.url,
      OBJECT_STORE_BUCKET: bucket.bucket,
      OBJECT_STORE_ACCESS_KEY: bucket.accessKey,
      OBJECT_STORE_SECRET_KEY: bucket.secretKey,
      PUBLIC_URLS: 'http://first.test',
      WORKER_TOKEN_SHA256: workerTokenSha256,
      ...more
    }
    const child = spawn(process.execPath, [...nodeFlags, main], {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc']
    })
    t.teardown(() => child.kill('SIGKILL'))
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    const exit = new Promise<number | null>((done) => child.once('exit', done))
    const ready = new Promise<{ port: number; internal_port: number }>((done) => {
      child.once('message', (message) => done(message as { port: number; internal_port: number }))
    })
    const { port } = await Promise.race([
      ready,
      exit.then((code) => Promise.reject(new Error(`the service exited with ${code}: ${output}`)))
    ])
    const rss = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024
    return { child, exit, port, rss, output: () => output }
  }
  const list = async (port: number) => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/datasets`, {
      headers: { authorization: `Bearer ${token}` }
    })
    return (await reply.json()) as { items: { id: string; bytes: number }[] }
  }
  const keys = async () => {
    const found: string[] = []
    for await (const { key } of store.list('')) found.push(key)
    return found
  }
  return { token, store, start, list, keys }
}

t.test('killed in mid-upload: nothing is listed, and the next start sweeps what was stored', async (t) => {
  const { token, store, start, list, keys } = await surroundings(t)
  const first = await start()
  t.equal((await uploadBytes(first.port, token, 1_000)).status, 201)
  const upload = await openUpload({
    port: first.port,
    token,
    length: fileHead().length + 40 * MiB + end.length
  })
  await upload.send(fileHead())
  await upload.send(Buffer.alloc(30 * MiB, 0x61))
  await eventually(async () => (await store.unfinished()).length === 1)
  first.child.kill('SIGKILL')
  await first.exit
  upload.socket.destroy()
  t.equal((await store.unfinished()).length, 1)
  // A whole object whose row was never committed.
  await store.putBytes(`${newId()}/${'0'.repeat(32)}`, Buffer.from('x'))
  await new Promise((resolve) => setTimeout(resolve, 1_100))

  const second = await start({ SWEEP_GRACE_SECONDS: '1', SWEEP_EVERY_SECONDS: '1' })
  await eventually(async () => (await store.unfinished()).length === 0 && (await keys()).length === 1, 20_000)
  const { items } = await list(second.port)
  t.same(
    items.map((item) => item.bytes),
    [1_000],
    'what was whole is still there'
  )
  second.child.kill('SIGTERM')
  t.equal(await second.exit, 0, 'and it stops in order')
  t.notMatch(first.output() + second.output(), /X-Amz-Signature|Bearer|PRIVATE KEY/, 'no secret is logged')
})

t.test(
  'an upload of 100 MB takes little memory, however many went before',
  { skip: process.platform !== 'linux' && 'reads /proc' },
  async (t) => {
    const { token, start } = await surroundings(t)
    const { port, rss, child, exit } = await start()
    const bytes = 100 * MiB
    await uploadBytes(port, token, 1_000)
    const before = rss()
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, rss())), 10)
    const rates: number[] = []
    for (let n = 0; n < (process.env.TEST_FULL === '1' ? 10 : 2); n++) {
      const began = performance.now()
      t.equal((await uploadBytes(port, token, bytes, { chunk: 256 * 1024 })).status, 201)
      rates.push(bytes / MiB / ((performance.now() - began) / 1_000))
    }
    clearInterval(watch)
    const grew = Math.round((peak - before) / MiB)
    t.comment(
      `rss before ${Math.round(before / MiB)} MiB, grew by ${grew} MiB; ${rates.map((rate) => rate.toFixed(0)).join(', ')} MiB/s`
    )
    t.ok(grew <= 64, `grew by ${grew} MiB`)
    child.kill('SIGTERM')
    t.equal(await exit, 0)
  }
)

t.test('a parent that is gone, a wrong environment, an old schema', async (t) => {
  const { start } = await surroundings(t)
  const running = await start()
  running.child.disconnect()
  t.equal(await running.exit, 0, 'stops in order when the channel closes')
  const refused = String(
    await start({ PORT: 'abc', OBJECT_STORE_SECRET_KEY: '' }).catch((err: unknown) => err)
  )
  t.match(refused, /PORT must be a whole number/)
  t.match(refused, /OBJECT_STORE_SECRET_KEY/, 'every fault is named at once')
  const empty = await freshDatabase(t)
  await t.rejects(start({ DATABASE_URL: empty.urlAs('ty_dataset') }), /exited with 1/)
})
