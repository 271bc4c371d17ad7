import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { ObjectMissing, RangeOutside, StoreRefused } from '../src/errors.ts'
import { datasetKey } from '../src/keys.ts'
import type { ObjectStore } from '../src/store.ts'
import { isAsAnnounced } from '../src/verify.ts'

const id = '01890000-0000-7000-8000-000000000001'
const md5Of = (body: Uint8Array) => createHash('md5').update(body).digest('base64')
async function keysOf(store: ObjectStore, prefix: string) {
  const keys: string[] = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys.sort()
}

function* pieces(body: Buffer, size: number) {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size)
}

/** What every S3 store behind `ObjectStore` must do. `make` gives an empty bucket with parts of 5 MiB. */
export function objectStoreBattery(t: Test, make: (t: Test) => Promise<ObjectStore>) {
  t.test('a stream of unknown length arrives whole, whatever its length', async (t) => {
    const store = await make(t)
    const part = 5 * 1024 * 1024
    for (const length of [0, 1, part - 1, part, part + 1, 3 * part, 4 * part + 7]) {
      const body = randomBytes(length)
      const key = datasetKey(id)
      const put = await store.put(key, Readable.from(pieces(body, 100_003)))
      t.equal(put.bytes, length)
      t.equal((await store.stat(key))?.bytes, length)
      const got = await store.get(key)
      t.equal(got.total, length)
      t.ok((await buffer(got.stream)).equals(body), `${length} bytes come back as they went`)
    }
  })

  t.test('a source that fails leaves nothing behind, and its own error comes out', async (t) => {
    const store = await make(t)
    for (const good of [0, 1, 12]) {
      const key = datasetKey(id)
      const source = async function* () {
        for (let n = 0; n < good; n++) yield randomBytes(1024 * 1024)
        throw new Error('cut')
      }
      await t.rejects(store.put(key, source()), { message: 'cut' })
      t.equal(await store.stat(key), null)
    }
    t.same(await keysOf(store, ''), [])
  })

  t.test('ranges, missing keys, removing twice', async (t) => {
    const store = await make(t)
    const key = datasetKey(id)
    await store.putBytes(key, Buffer.from('0123456789'))
    const middle = await store.get(key, { start: 2, end: 4 })
    t.same([await text(middle.stream), middle.bytes, middle.total], ['234', 3, 10])
    t.equal(await text((await store.get(key, { start: 8 })).stream), '89')
    await t.rejects(store.get(key, { start: 10 }), RangeOutside)
    await store.remove(key)
    await store.remove(key)
    await t.rejects(store.get(key), ObjectMissing)
    t.equal(await store.stat(key), null)
  })

  t.test('lists by prefix, with sizes and times', async (t) => {
    const store = await make(t)
    const names = ['a/1', 'a/2', 'a/b/3', 'c/4 &<>"\'+.txt']
    for (const name of names) await store.putBytes(name, Buffer.from(name))
    t.same(await keysOf(store, ''), names)
    t.same(await keysOf(store, 'a/'), names.slice(0, 3))
    t.same(await keysOf(store, 'none/'), [])
    for await (const { key, bytes, modified } of store.list('c/')) {
      t.equal(bytes, key.length)
      t.ok(Math.abs(Date.now() - modified.getTime()) < 60_000)
    }
  })

  t.test('Content-MD5 is checked, on our PUT and on a presigned one', async (t) => {
    const store = await make(t)
    const body = Buffer.from('weights')
    const right = md5Of(body)
    const wrong = md5Of(Buffer.from('other'))
    const sha256 = createHash('sha256').update(body).digest('hex')
    await t.rejects(store.putBytes('a/1', body, { md5: wrong }), StoreRefused)
    const { etag } = await store.putBytes('a/1', body, { md5: right })
    t.match(etag, /^[^"]+$/)
    const bad = await store.presignPut('a/2', wrong)
    t.ok((await fetch(bad.url, { method: 'PUT', headers: bad.headers, body })).status >= 400)
    t.equal(await store.stat('a/2'), null)
    const good = await store.presignPut('a/2', right)
    t.equal((await fetch(good.url, { method: 'PUT', headers: good.headers, body })).status, 200)
    t.equal(await isAsAnnounced(store, 'a/2', { bytes: 7, md5: right, sha256 }), true)
    t.equal(await isAsAnnounced(store, 'a/2', { bytes: 8, md5: right, sha256 }), false)
    t.equal(await isAsAnnounced(store, 'a/2', { bytes: 7, md5: wrong, sha256 }), false)
    t.equal(await isAsAnnounced(store, 'a/3', { bytes: 7, md5: right, sha256 }), false)
  })

  t.test('a presigned GET carries its headers, one object, one method', async (t) => {
    const store = await make(t)
    await store.putBytes('a/1', Buffer.from('0123456789'))
    await store.putBytes('a/2', Buffer.from('other'))
    const disposition = `attachment; filename="x.csv"; filename*=UTF-8''x%20%C3%A4.csv`
    const url = await store.presignGet('a/1', { disposition, contentType: 'text/csv' })
    const reply = await fetch(url, { headers: { range: 'bytes=1-2' } })
    // Not the status: rclone answers 200 with a Content-Range.
    t.equal(reply.headers.get('content-range'), 'bytes 1-2/10')
    t.equal(reply.headers.get('content-disposition'), disposition)
    t.equal(reply.headers.get('content-type'), 'text/csv')
    t.equal(await reply.text(), '12')
    t.equal((await fetch(url.replace('/a/1?', '/a/2?'))).status, 403, 'another key is refused')
    t.equal((await fetch(url, { method: 'PUT', body: 'x' })).status, 403, 'another method is refused')
    t.ok((await fetch(url.split('?')[0] ?? '')).status >= 400, 'no signature is refused')
    const other = await store.presignGet('a/1', { base: 'http://example.test:8080' })
    t.match(other, /^http:\/\/example\.test:8080\//)
    t.match(await store.presignGet('a/1', { seconds: 99_999 }), /X-Amz-Expires=300&/)
  })

  t.test('parts that somebody else sends', async (t) => {
    const store = await make(t)
    const key = datasetKey(id)
    const upload = await store.multipart.start(key)
    const bodies = [randomBytes(5 * 1024 * 1024), randomBytes(10)]
    const parts = []
    for (const [index, body] of bodies.entries()) {
      const number = index + 1
      const reply = await fetch(await store.multipart.partUrl(key, upload, number), { method: 'PUT', body })
      parts.push({ number, etag: (reply.headers.get('etag') ?? '').replaceAll('"', '') })
    }
    await store.multipart.complete(key, upload, parts)
    t.ok((await buffer((await store.get(key)).stream)).equals(Buffer.concat(bodies)))
    const other = datasetKey(id)
    const wrong = await store.multipart.start(other)
    await t.rejects(store.multipart.complete(other, wrong, [{ number: 1, etag: '0'.repeat(32) }]))
    t.equal(await store.stat(other), null)
    await store.multipart.abort(other, wrong).catch((error) => t.ok(error instanceof ObjectMissing))
  })

  t.test('an upload that nobody finishes can be found and ended', async (t) => {
    const store = await make(t)
    t.same(await store.unfinished(), [])
    const key = datasetKey(id)
    const uploadId = await store.multipart.start(key)
    await store.multipart.put(key, uploadId, 1, randomBytes(10))
    const [found, ...more] = await store.unfinished()
    t.match({ found, more }, { found: { key, uploadId, started: Date }, more: [] })
    await store.multipart.abort(key, uploadId)
    t.same(await store.unfinished(), [])
    await store.ping()
  })
}
