import { once } from 'node:events'
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { freePort } from '@trainyard/stack/ports'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { freshBucket } from '@trainyard/testing/s3'
import t, { type Test } from 'tap'
import { StoreUnavailable } from '../src/errors.ts'
import { artifactKey, checkpointKey, datasetKey, datasetOfKey } from '../src/keys.ts'
import { createStore } from '../src/store.ts'
import { objectStoreBattery } from './battery.ts'

t.setTimeout(90_000)

const MiB = 1024 * 1024
const id = '01890000-0000-7000-8000-000000000001'

async function make(t: Test, changes: { url?: string; timeoutMs?: number; onLeftover?: () => void } = {}) {
  const store = createStore({ ...(await freshBucket(t)), partBytes: 5 * MiB, ...changes })
  t.teardown(() => store.close())
  return store
}

async function* zeros(mebibytes: number, onEach: (n: number) => unknown = () => undefined) {
  const chunk = Buffer.alloc(65_536)
  for (let n = 0; n < mebibytes * 16; n++) {
    onEach(n)
    yield chunk
    // Lets requests make progress between chunks, as a socket does.
    if (n % 16 === 0) await new Promise(setImmediate)
  }
}

t.test('rclone', (t) => {
  objectStoreBattery(t, make)
  t.end()
})

t.test('every key is made of ids and random numbers', async (t) => {
  t.match(datasetKey(id), new RegExp(`^${id}/[0-9a-f]{32}$`))
  t.not(datasetKey(id), datasetKey(id))
  t.equal(datasetOfKey(datasetKey(id)), id)
  t.equal(datasetOfKey(`${id}/../x`), null)
  t.match(artifactKey(id, 2, 'model.pt'), new RegExp(`^${id}/2/[0-9a-f]{32}/model\\.pt$`))
  t.match(checkpointKey(id, 2, 70), new RegExp(`^checkpoints/${id}/2/70-[0-9a-f]{32}$`))
})

t.test('a big stream takes a few part buffers of memory, not its own size', async (t) => {
  const store = await make(t)
  await store.put(datasetKey(id), zeros(20))
  const before = process.memoryUsage.rss()
  let peak = 0
  const key = datasetKey(id)
  await store.put(
    key,
    zeros(200, () => (peak = Math.max(peak, process.memoryUsage.rss())))
  )
  t.equal((await store.stat(key))?.bytes, 200 * MiB)
  t.ok(peak - before < 64 * MiB, `grew by ${Math.round((peak - before) / MiB)} MiB`)
})

t.test('a store that is not there is said within seconds', async (t) => {
  const store = await make(t, { url: `http://127.0.0.1:${await freePort()}` })
  const started = performance.now()
  await t.rejects(store.put(datasetKey(id), zeros(1)), StoreUnavailable)
  await t.rejects(store.put(datasetKey(id), zeros(20)), StoreUnavailable)
  await t.rejects(store.stat('x'), StoreUnavailable)
  await t.rejects(store.ping(), StoreUnavailable)
  t.ok(performance.now() - started < 5_000)
})

t.test('a broken connection is tried again, a store that falls silent is given up', async (t) => {
  const bucket = await freshBucket(t)
  const proxy = await faultProxy(t, Number(new URL(bucket.url).port))
  const leftovers: unknown[] = []
  const through = { ...bucket, url: `http://127.0.0.1:${proxy.port}`, partBytes: 5 * MiB }
  const patient = createStore(through)
  const store = createStore({
    ...{ ...through, timeoutMs: 2_000 },
    onLeftover: (cause) => leftovers.push(cause)
  })
  t.teardown(() => Promise.all([patient.close(), store.close()]))
  const key = datasetKey(id)
  const source = zeros(30, (n) => n === 17 * 16 && proxy.closeAll())
  t.equal((await patient.put(key, source)).bytes, 30 * MiB)

  const silent = datasetKey(id)
  await t.rejects(
    store.put(
      silent,
      zeros(30, (n) => n === 17 * 16 && proxy.set('drop'))
    ),
    StoreUnavailable
  )
  t.equal(leftovers.length, 1, 'parts that could not be taken back are reported')
  t.notMatch(String(leftovers[0]), /X-Amz/, 'without a signature')
  proxy.set('pass')
  proxy.closeAll()
  t.equal(await store.stat(silent), null)
  for (const { key, uploadId } of await store.unfinished()) await store.multipart.abort(key, uploadId)
})

/** A store behind a proxy that speaks HTTP. `forward` sends a request on and gives the store's reply to come. */
async function behind(
  t: Test,
  onRequest: (req: IncomingMessage, res: ServerResponse, forward: () => ClientRequest) => void
) {
  const bucket = await freshBucket(t)
  const { hostname, port } = new URL(bucket.url)
  const proxy = createServer((req, res) => {
    const { url: path, method, headers } = req
    onRequest(req, res, () => {
      // The host that was signed goes on with the other headers, so both sides agree.
      const upstream = request({ hostname, port, path, method, headers })
      upstream.on('error', () => res.destroy())
      return req.pipe(upstream)
    })
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port: proxyPort } = proxy.address() as AddressInfo
  const store = createStore({ ...bucket, url: `http://127.0.0.1:${proxyPort}`, partBytes: 5 * MiB })
  t.teardown(async () => {
    await store.close()
    proxy.close()
  })
  return store
}
const answer = (reply: IncomingMessage, res: ServerResponse) =>
  reply.pipe(res.writeHead(reply.statusCode ?? 500, reply.headers))

t.test('an object whose completion was never heard of is recognised as stored', async (t) => {
  let lost = 0
  const store = await behind(t, (req, res, forward) => {
    forward().once('response', (reply) => {
      const completes = req.method === 'POST' && req.url?.includes('uploadId=')
      if (!completes || lost > 0) return void answer(reply, res)
      lost += 1
      // Only when the store is done.
      reply.resume().once('end', () => res.destroy())
    })
  })
  const key = datasetKey(id)
  t.equal((await store.put(key, zeros(12))).bytes, 12 * MiB)
  t.equal(lost, 1)
  t.equal((await store.stat(key))?.bytes, 12 * MiB)
})

t.test('parts whose first try was cut after their last byte do not spoil the object', async (t) => {
  const cut = new Set<string>()
  const store = await behind(t, (req, res, forward) => {
    const { searchParams } = new URL(req.url ?? '', 'http://store')
    const part = `${searchParams.get('uploadId')} ${searchParams.get('partNumber')}`
    forward().once('response', (reply) => answer(reply, res))
    if (!searchParams.has('partNumber') || cut.has(part)) return
    cut.add(part)
    req.once('end', () => setImmediate(() => req.socket.destroy()))
  })
  const uploads = 5
  const stored = await Promise.all(
    Array.from({ length: uploads }, () => store.put(datasetKey(id), zeros(32)))
  )
  t.same(
    stored.map(({ bytes }) => bytes),
    Array.from({ length: uploads }, () => 32 * MiB)
  )
  t.equal(cut.size, uploads * 7)
})
