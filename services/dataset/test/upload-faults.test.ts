import { eventually } from '@trainyard/testing/eventually'
import { faultProxy } from '@trainyard/testing/fault-proxy'
import { freePort } from '@trainyard/testing/ports'
import t from 'tap'
import { sweep } from '../src/sweep.ts'
import { listed, nothingIsLeft } from './left.ts'
import { end, fileHead, openUpload, uploadBytes } from './raw-upload.ts'
import { codeOf, log, startDatasets } from './start.ts'

t.setTimeout(90_000)

const MiB = 1024 * 1024

t.test('an upload that is cut leaves nothing, wherever it is cut', async (t) => {
  const on = await startDatasets(t, { limits: { uploadBytes: 20 * MiB } })
  const bytes = 18 * MiB
  const length = fileHead().length + bytes + end.length
  for (const [what, share] of [
    ['before a byte of the file', 0],
    ['at half', 0.5],
    ['at 99 %', 0.99],
    ['before the last boundary', 1]
  ] as const) {
    const upload = await openUpload({ port: on.port, token: on.ada.token, length })
    await upload.send(fileHead())
    await upload.send(Buffer.alloc(Math.floor(bytes * share), 0x61))
    await new Promise((resolve) => setImmediate(resolve))
    await upload.cut()
    await eventually(async () => (await on.store.unfinished()).length === 0)
    t.same(await listed(on), [], what)
  }
  // Whole as an HTTP request, but without the form's last boundary.
  for (const chunked of [false, true]) {
    const short = {
      port: on.port,
      token: on.ada.token,
      ...(chunked ? {} : { length: fileHead().length + 5 })
    }
    const upload = await openUpload(short)
    await upload.send(`${fileHead()}a\n1\n2`)
    upload.finish()
    t.match(await upload.reply(), { status: 400, code: 'UPLOAD_CUT' })
    upload.socket.destroy()
  }
  await nothingIsLeft(t, on)
})

t.test('what stands around the file is bounded, and a silent client is given up', async (t) => {
  const on = await startDatasets(t, { limits: { uploadBytes: 100_000, stallMs: 700 } })
  const { token } = on.ada
  const preamble = await openUpload({ port: on.port, token })
  for (let n = 0; n < 1_000; n++) if (!(await preamble.send(Buffer.alloc(65_536, 0x20)))) break
  t.match(await preamble.reply(), { status: 413, code: 'UPLOAD_TOO_LARGE' })
  preamble.socket.destroy()
  for (const first of ['', fileHead(), `${fileHead()}a,b\n1`]) {
    const silent = await openUpload({ port: on.port, token, length: 50_000 })
    if (first) await silent.send(first)
    t.match(await silent.reply(), { status: 400, code: 'UPLOAD_CUT' })
    silent.socket.destroy()
  }
  await nothingIsLeft(t, on)
})

t.test('a store that is away: 503, and nothing is left', async (t) => {
  const away = await startDatasets(t, { store: { url: `http://127.0.0.1:${await freePort()}` } })
  const reply = await away.upload(away.ada, 'a\n1\n')
  t.equal(reply.status, 503)
  t.ok(reply.headers.get('retry-after'))
  t.equal(await codeOf(reply), 'UNAVAILABLE')
  t.same(await listed(away), [])
  t.equal((await fetch(`${away.url}/readyz`)).status, 503)
  t.equal((await fetch(`${away.url}/healthz`)).status, 200)
})

t.test(
  'a store that dies in mid-upload, or falls silent after the last byte: 503 within the time limit',
  async (t) => {
    const on = await startDatasets(t, { limits: { uploadBytes: 30 * MiB } })
    const proxy = await faultProxy(t, Number(new URL(on.bucket.url).port))
    const slow = await startDatasets(t, {
      limits: { uploadBytes: 30 * MiB },
      store: { ...on.bucket, url: `http://127.0.0.1:${proxy.port}`, timeoutMs: 700 }
    })
    for (const mode of ['reset', 'drop'] as const) {
      const bytes = 25 * MiB
      const upload = await openUpload({
        port: slow.port,
        token: slow.ada.token,
        length: fileHead().length + bytes + end.length
      })
      await upload.send(fileHead())
      await upload.send(Buffer.alloc(bytes - 1, 0x61))
      proxy.set(mode)
      await upload.send('a')
      await upload.send(end)
      const reply = await upload.reply()
      t.match(reply, { status: 503, code: 'UNAVAILABLE' }, mode)
      t.ok(reply.ms < 10_000)
      upload.socket.destroy()
      proxy.set('pass')
      proxy.closeAll()
      t.same(await listed(slow), [])
    }
    await sweep({ db: slow.db, store: on.store, log, graceSeconds: -60 })
    t.same(await on.keys(), [], 'the sweep finds what could not be taken back')
    t.same(await on.store.unfinished(), [])
  }
)

t.test('a database that refuses the row, or goes away before the commit', async (t) => {
  let proxy: Awaited<ReturnType<typeof faultProxy>> | undefined
  const on = await startDatasets(t, {
    databasePort: async (port) => {
      proxy = await faultProxy(t, port)
      return proxy.port
    }
  })
  await on.pool.query('alter table dataset.datasets add constraint never check (false) not valid')
  const refused = await on.upload(on.ada, 'a\n1\n')
  t.equal(`${refused.status} ${await codeOf(refused)}`, '500 INTERNAL')
  t.same(await on.keys(), [], 'refused: the object is gone at once')
  await on.pool.query('alter table dataset.datasets drop constraint never')

  const upload = await openUpload({
    ...{ port: on.port, token: on.ada.token },
    length: fileHead().length + 6 + end.length
  })
  await upload.send(`${fileHead()}a\n1\n2`)
  await eventually(async () => (await fetch(`${on.url}/readyz`)).status === 200)
  proxy?.set('reset')
  await upload.send(`\n${end}`)
  t.match(await upload.reply(), { status: 503, code: 'UNAVAILABLE' })
  upload.socket.destroy()
  for (const path of ['/api/datasets', `/api/datasets/${on.ada.claims.sub}`]) {
    const reply = await on.as(on.ada)('GET', path)
    t.equal(`${reply.status} ${await codeOf(reply)}`, '503 UNAVAILABLE', path)
    t.ok(reply.headers.get('retry-after'))
  }
  const early = await uploadBytes(on.port, on.ada.token, 900_000)
  t.match(early, { status: 503, code: 'UNAVAILABLE' })
  proxy?.set('pass')
  await eventually(async () => (await on.as(on.ada)('GET', '/api/datasets')).status === 200)
  await nothingIsLeft(t, on)
})

t.test('many uploads at once are taken up to a limit, and of one user up to a lower one', async (t) => {
  const on = await startDatasets(t, { limits: { uploads: { total: 3, perUser: 2 } } })
  const open: Awaited<ReturnType<typeof openUpload>>[] = []
  const oneIsRefused = async (token: string, count: number) => {
    const these = []
    for (let n = 0; n < count; n++) {
      const upload = await openUpload({ port: on.port, token, length: 10_000 })
      await upload.send(fileHead())
      these.push(upload)
    }
    open.push(...these)
    const reply = await Promise.race(these.map((upload) => upload.reply()))
    t.match(reply, { status: 429, code: 'TOO_MANY_REQUESTS' })
  }
  await oneIsRefused(on.ada.token, 3)
  await oneIsRefused(on.bob.token, 2)
  for (const upload of open) await upload.cut()
  await eventually(async () => (await on.upload(on.ada, 'a\n')).status === 201)
})
