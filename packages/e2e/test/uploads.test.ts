import { gzipSync } from 'node:zlib'
import type { Dataset } from '@trainyard/contracts/dataset'
import { sharedStack } from '@trainyard/stack/shared-stack'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { newPerson } from '../src/person.ts'
import { rawUpload, uploadSize } from '../src/raw-upload.ts'
import { twoClasses } from '../src/tables.ts'

const { url } = await sharedStack(t)
const ada = await newPerson(url)
const listed = async (who: typeof ada) =>
  (await who.ask<{ items: Dataset[] }>('GET', '/api/datasets?limit=100')).body.items

t.test('a file of the limit is taken, one byte more is refused and leaves nothing', async (t) => {
  const config = await ada.ask<{ upload_limit_bytes: number }>('GET', '/api/config')
  const limit = config.body.upload_limit_bytes
  t.equal(limit, 104_857_600)
  const bob = await newPerson(url)
  const row = Buffer.from('1234567,abcdefg\n')
  const full = Buffer.concat([Buffer.from('number,lettersX\n'), Buffer.alloc(limit + 16, row)])
  const sizes = process.env.TEST_FULL === '1' ? [limit - 1, limit, limit + 1] : [limit, limit + 1]
  for (const framing of ['length', 'chunked'] as const) {
    for (const size of framing === 'length' ? sizes : [limit + 1]) {
      const reply = await rawUpload({
        url,
        token: bob.token,
        fileName: 'big.csv',
        content: full.subarray(0, size),
        framing
      })
      t.equal(reply?.status, size > limit ? 413 : 201, `${size - limit} past the limit, ${framing}`)
      if (size > limit) t.equal(JSON.parse(reply?.body ?? '{}').error.code, 'UPLOAD_TOO_LARGE')
    }
  }
  const rows = await listed(bob)
  t.equal(rows.length, sizes.length - 1)
  for (const { id, status } of rows) {
    t.not(status, 'uploading')
    await eventually(async () => (await bob.ask('DELETE', `/api/datasets/${id}`)).status === 204, 60_000)
  }
})

t.test('an upload that is cut anywhere is never listed as ready', async (t) => {
  const carol = await newPerson(url)
  const content = Buffer.from(twoClasses(20_000))
  const size = uploadSize('cut.csv', content)
  for (const cutAfter of [0, Math.floor(size / 2), Math.floor(size * 0.99), size - 6]) {
    await rawUpload({ url, token: carol.token, fileName: 'cut.csv', content, cutAfter })
  }
  const whole = await carol.dataset('whole.csv', content)
  t.equal(whole.status, 'ready')
  t.same(
    (await listed(carol)).filter(({ status }) => status === 'ready').map(({ id }) => id),
    [whole.id]
  )
})

t.test('a file with something wrong inside is invalid, with line, column and reason', async (t) => {
  const bomb = gzipSync(Buffer.concat([Buffer.from('a,b\n'), Buffer.alloc(4_000_000, '1,2\n')]))
  const rows: [
    string,
    string | Buffer,
    { line?: number; column?: string | number; reason: string | RegExp }
  ][] = [
    ['ragged.csv', 'a,b\n1,2\n1,2,3\n', { line: 3, reason: 'ragged_row' }],
    [
      'latin.csv',
      Buffer.from('ort,y\nM\xfcnchen,1\n', 'latin1'),
      { line: 2, column: 'ort', reason: 'not_utf8' }
    ],
    ['empty.csv', '', { reason: 'empty_file' }],
    ['header.csv', 'a,b\n', { reason: 'no_rows' }],
    ['twice.csv', 'a,b,a\n1,2,3\n', { line: 1, reason: 'duplicate_columns' }],
    ['object.json', '{"a":1}', { reason: 'not_an_array' }],
    ['lines.jsonl', '{"a":1}\n{"a":2}\n{"a":.5}\n', { line: 3, reason: 'broken_json' }],
    ['inf.csv', 'a,b\n1,2\n3,inf\n', { line: 3, column: 'b', reason: 'infinite_number' }]
  ]
  const found = await Promise.all(
    rows.map(async ([name, content, want]) => ({ name, want, dataset: await ada.dataset(name, content) }))
  )
  for (const { name, want, dataset } of found) {
    t.equal(dataset.status, 'invalid', name)
    t.match(dataset.error, want, name)
    t.ok((dataset.error?.message.length ?? 0) > 20, `${name}: ${dataset.error?.message}`)
    t.equal(
      (
        await ada.ask('POST', '/api/training', {
          dataset_id: dataset.id,
          target: 'a',
          model: { architecture: 'mlp' }
        })
      ).status,
      409
    )
  }
  t.equal((await ada.dataset('fine.csv.gz', bomb)).rows, 1_000_000, 'what inflates below the limit is read')
})

t.test('every format of the table is read, gzip or not, and comes back byte for byte', async (t) => {
  const records = Array.from({ length: 30 }, (_, i) => ({ size: i, kind: i % 2 ? 'odd' : 'even' }))
  const lines = records.map(({ size, kind }) => [size, kind])
  const texts: Record<string, string> = {
    'a.csv': `size,kind\n${lines.map((l) => l.join(',')).join('\n')}\n`,
    'a.tsv': `size\tkind\n${lines.map((l) => l.join('\t')).join('\n')}\n`,
    'a.json': JSON.stringify(records),
    'a.jsonl': records.map((record) => JSON.stringify(record)).join('\n')
  }
  const files = Object.entries(texts).flatMap(([name, text]): [string, Buffer][] => [
    [name, Buffer.from(text)],
    [`${name}.gz`, gzipSync(text)]
  ])
  await Promise.all(
    files.map(async ([name, bytes]) => {
      const dataset = await ada.dataset(name, bytes)
      t.equal(dataset.status, 'ready', `${name} ${dataset.error?.message ?? ''}`)
      t.equal(dataset.rows, 30, name)
      t.same(
        dataset.columns.map((c) => c.name),
        ['size', 'kind'],
        name
      )
      const res = await fetch(`${url}/api/datasets/${dataset.id}/download`, {
        headers: { authorization: `Bearer ${ada.token}` }
      })
      t.same(Buffer.from(await res.arrayBuffer()), bytes, name)
      t.match(res.headers.get('content-disposition'), /^attachment/)
      const { body: preview } = await ada.ask<{ columns: string[]; rows: unknown[][] }>(
        'GET',
        `/api/datasets/${dataset.id}/preview`
      )
      t.same(preview.rows[3], [3, 'odd'], name)
    })
  )
})

t.test('a link opens one file without a token; a changed one opens nothing', async (t) => {
  const dataset = await ada.dataset('linked.csv', twoClasses())
  const { status, body: link } = await ada.ask<{ url: string }>('POST', `/api/datasets/${dataset.id}/link`)
  t.equal(status, 201)
  const whole = await fetch(new URL(link.url, url))
  t.equal(await whole.text(), twoClasses())
  const part = await fetch(new URL(link.url, url), { headers: { range: 'bytes=0-4' } })
  t.equal(part.status, 206)
  t.equal(await part.text(), 'x,y,c')
  const changed = link.url.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A'))
  t.equal((await fetch(new URL(changed, url))).status, 404)
})
