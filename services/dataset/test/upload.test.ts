import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { listed, nothingIsLeft, type Shown } from './left.ts'
import { end, fieldPart, fileHead, openUpload, uploadBytes } from './raw-upload.ts'
import { json, startDatasets } from './start.ts'

t.setTimeout(90_000)

const MiB = 1024 * 1024

t.test('a file is stored whole, hashed, and queued for its profile', async (t) => {
  const on = await startDatasets(t)
  const content = 'a,b\n1,2\n'
  const reply = await on.upload(on.ada, content, 'penguins.csv')
  t.equal(reply.status, 201)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const created = await json<Shown>(reply)
  t.match(created, { name: 'penguins.csv', status: 'profiling', format: 'csv', bytes: 8, sha256, rows: null })
  t.match(created, { error: null, description: null, tags: [], columns: [], findings: [], associations: [] })
  t.match(await on.keys(), [new RegExp(`^${created.id}/[0-9a-f]{32}$`)])
  const outbox = await on.pool.query('select topic, payload from dataset.outbox')
  t.same(outbox.rows, [{ topic: 'ring', payload: { datasetId: created.id, gen: 1 } }])
})

t.test('limit − 1 and limit are taken, limit + 1 is refused and nothing of it stored', async (t) => {
  const limit = 11 * MiB
  const on = await startDatasets(t, { limits: { uploadBytes: limit } })
  for (const chunked of [false, true]) {
    for (const [bytes, status] of [
      [limit - 1, 201],
      [limit, 201],
      [limit + 1, 413]
    ] as const) {
      const reply = await uploadBytes(on.port, on.ada.token, bytes, { chunked })
      t.equal(reply.status, status, `${bytes - limit} of the limit, ${chunked ? 'chunked' : 'with length'}`)
      if (status === 413) t.equal(reply.code, 'UPLOAD_TOO_LARGE')
    }
  }
  const sizes = (await listed(on)).map((item) => item.bytes).sort((a, b) => a - b)
  t.same(sizes, [limit - 1, limit - 1, limit, limit])
  t.equal((await on.keys()).length, 4)
  t.same(await on.store.unfinished(), [])
})

t.test('what can be refused early is answered at once, without reading the file', async (t) => {
  const on = await startDatasets(t, { limits: { uploadBytes: 100 * MiB } })
  const big = 90 * MiB
  const { token } = on.ada
  const cases = [
    { what: 'no token', options: {}, first: fileHead(), status: 401, code: 'UNAUTHENTICATED' },
    {
      what: 'an unknown field first',
      options: { token },
      first: fieldPart('x', '1') + fileHead(),
      status: 400,
      code: 'VALIDATION'
    },
    {
      what: 'another file field',
      options: { token },
      first: fileHead('a.csv', 'upload'),
      status: 400,
      code: 'VALIDATION'
    },
    {
      what: 'a name twice',
      options: { token },
      first: fieldPart('name', 'a') + fieldPart('name', 'b') + fileHead(),
      status: 400,
      code: 'VALIDATION'
    },
    {
      what: 'not a form',
      options: { token, headers: { 'content-type': 'text/csv' } },
      first: 'a,b\n',
      status: 400,
      code: 'NOT_MULTIPART'
    },
    {
      what: 'a length past the limit',
      options: { token, length: 200 * MiB },
      first: fileHead(),
      status: 413,
      code: 'UPLOAD_TOO_LARGE'
    }
  ]
  for (const { what, options, first, status, code } of cases) {
    const upload = await openUpload({ port: on.port, length: big, ...options })
    await upload.send(first)
    for (let n = 0; n < 90; n++) if (!(await upload.send(Buffer.alloc(MiB, 0x61)))) break
    const reply = await upload.reply()
    t.match(reply, { status, code }, what)
    t.ok(reply.ms < 2_000, `${what}: answered after ${Math.round(reply.ms)} ms`)
    await eventually(() => upload.socket.destroyed || upload.socket.readableEnded)
    t.ok(upload.socket.bytesWritten - upload.socket.writableLength < 12 * MiB, `${what}: little was read`)
    upload.socket.destroy()
  }
  await nothingIsLeft(t, on)
})

t.test('a form that does not end well is refused, and its file removed', async (t) => {
  const on = await startDatasets(t)
  const { token } = on.ada
  const file = `${fileHead()}a\n1\n`
  const cases: [string, string, number, string][] = [
    [
      'an unknown field after the file',
      `${file}\r\n${fieldPart('x', '1').trimEnd()}${end}`,
      400,
      'VALIDATION'
    ],
    ['two files', `${file}\r\n${fileHead('b.csv')}b${end}`, 400, 'VALIDATION'],
    ['no file', `${fieldPart('name', 'x').trimEnd()}${end}`, 400, 'NO_FILE'],
    ['the file as a field', `${fieldPart('file', 'a,b').trimEnd()}${end}`, 400, 'NO_FILE'],
    ['__proto__', `${fieldPart('__proto__', 'x').trimEnd()}${end}`, 400, 'VALIDATION'],
    ['an empty body', '', 400, 'NO_FILE'],
    [
      'a name of nothing but spaces',
      `${fieldPart('name', ' \u202e ').trimEnd()}\r\n${file}${end}`,
      400,
      'VALIDATION'
    ],
    [
      'a name of 201 characters',
      `${fieldPart('name', 'x'.repeat(201)).trimEnd()}\r\n${file}${end}`,
      400,
      'VALIDATION'
    ]
  ]
  for (const [what, body, status, code] of cases) {
    const upload = await openUpload({ port: on.port, token, length: Buffer.byteLength(body) })
    await upload.send(body)
    t.match(await upload.reply(), { status, code }, what)
    upload.socket.destroy()
  }
  const noBoundary = await openUpload({
    port: on.port,
    token,
    length: 5,
    headers: { 'content-type': 'multipart/form-data; x=1' }
  })
  await noBoundary.send('hello')
  t.match(await noBoundary.reply(), { status: 400, code: 'NOT_MULTIPART' })
  noBoundary.socket.destroy()
  await nothingIsLeft(t, on)
})

t.test('names are only shown, and shown clean', async (t) => {
  const on = await startDatasets(t)
  const nameOf = async (name: string, field?: string) =>
    (await json<Shown>(await on.upload(on.ada, 'a\n1\n', name, field))).name
  t.equal(await nameOf('../../outside.csv'), 'outside.csv')
  t.equal(await nameOf('/etc/passwd'), 'passwd')
  t.equal(await nameOf('C:\\temp\\x.csv'), 'x.csv')
  t.equal(await nameOf('CON'), 'CON')
  t.equal(await nameOf('gpj.\u202evsc.csv'), 'gpj.vsc.csv')
  t.equal(await nameOf('a\u0007\u200fb\u2028.csv'), 'ab .csv')
  t.equal(await nameOf('u\u0308ber größe 数据.csv'), 'über größe 数据.csv')
  t.equal((await nameOf(`${'x'.repeat(4_096)}.csv`)).length, 200)
  t.equal(await nameOf('...'), 'dataset')
  t.equal(await nameOf('a.csv', '  my   table '), 'my table')
  for (const key of await on.keys()) t.match(key, /^[0-9a-f-]{36}\/[0-9a-f]{32}$/)
})

t.test('the format comes from the name, gzip from the content; junk is invalid with a reason', async (t) => {
  const on = await startDatasets(t)
  const of = async (name: string, content: string | Uint8Array) => {
    const { format, status, ...rest } = await json<
      Shown & { error: { reason: string; message: string } | null }
    >(await on.upload(on.ada, content, name))
    return [format, status, rest.error?.reason ?? null]
  }
  t.same(await of('a.csv', 'a,b\n'), ['csv', 'profiling', null])
  t.same(await of('a.TSV', 'a\tb\n'), ['tsv', 'profiling', null])
  t.same(await of('a.json', '{"a":1}'), ['json', 'profiling', null])
  t.same(await of('a.ndjson', '{"a":1}\n'), ['jsonl', 'profiling', null])
  t.same(await of('a.txt', '<html><body>text about pages'), ['text', 'profiling', null])
  t.same(await of('a.csv.gz', gzipSync('a,b\n1,2\n')), ['csv', 'profiling', null])
  t.same(await of('a.csv', gzipSync('a,b\n1,2\n')), ['csv', 'profiling', null])
  t.same(await of('data', '[{"a":1}]'), ['json', 'profiling', null])
  t.same(await of('data', '\ufeff{"a":1}\n{"a":2}'), ['jsonl', 'profiling', null])
  t.same(await of('data.dat', 'a\tb\n1\t2'), ['tsv', 'profiling', null])
  t.same(await of('data', gzipSync('[1]')), ['json', 'profiling', null])
  t.same(await of('empty.csv', ''), ['csv', 'profiling', null])
  t.same(await of('broken.csv.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1])), ['csv', 'profiling', null])
  t.same(await of('book.csv', 'PK\x03\x04\x14\0'), ['csv', 'invalid', 'not_a_table'])
  t.same(await of('a.csv', '\x7fELF\x02\x01'), ['csv', 'invalid', 'not_a_table'])
  t.same(await of('a.csv', '  <!DOCTYPE html>\n<html>'), ['csv', 'invalid', 'not_a_table'])
  t.same(await of('a.txt', 'PK\x03\x04'), ['text', 'invalid', 'not_a_table'])
  t.same(await of('a.csv', gzipSync(gzipSync('a,b\n'))), ['csv', 'invalid', 'not_a_table'])
  const runs = await on.pool.query('select count(*)::int as n from dataset.profile_runs')
  t.equal(runs.rows[0].n, 13, 'junk is not profiled')
})
