import { createHash, randomBytes } from 'node:crypto'
import { newId } from '@trainyard/service-kit/ids'
import { signLink } from '@trainyard/service-kit/signed-link'
import t from 'tap'
import { codeOf, json, person, preview, profile, startDatasets } from './start.ts'

t.setTimeout(90_000)

type Item = { id: string; name: string; status: string; tags: string[]; description: string | null }
type Page = { items: Item[]; next_cursor: string | null }

t.test('a profiled dataset shows its columns, findings and first rows', async (t) => {
  const on = await startDatasets(t)
  const as = on.as(on.ada)
  const { id } = await json<Item>(await on.upload(on.ada, 'a,b\n1,2\n'))
  t.equal(await codeOf(await as('GET', `/api/datasets/${id}/preview`)), 'DATASET_NOT_READY')
  await on.finish(await json(await on.claim()))
  const shown = await json<Record<string, unknown>>(await as('GET', `/api/datasets/${id}`))
  t.match(shown, { id, status: 'ready', rows: 1, error: null, target_suggestion: 'a' })
  t.same(shown.columns, profile.columns, 'with every statistic')
  t.same(shown.findings, profile.findings)
  t.same(shown.associations, profile.associations)
  t.same(await json(await as('GET', `/api/datasets/${id}/preview`)), preview)

  const bad = await json<Item>(await on.upload(on.ada, 'a,b\n1\n'))
  const error = { line: 2, column: 'b', reason: 'ragged_row', message: 'Line 2 has 1 cell.' }
  await on.finish(await json(await on.claim()), { profile: null, preview: null, error })
  t.match(await json(await as('GET', `/api/datasets/${bad.id}`)), { status: 'invalid', error, columns: [] })
  t.equal(await codeOf(await as('GET', `/api/datasets/${bad.id}/preview`)), 'DATASET_INVALID')
})

t.test('lists by page, newest first, with filters', async (t) => {
  const on = await startDatasets(t)
  const as = on.as(on.ada)
  const ids: string[] = []
  for (let n = 0; n < 7; n++)
    ids.unshift((await json<Item>(await on.upload(on.ada, 'a\n', `f${n}_%.csv`))).id)
  await on.upload(on.bob, 'a\n', 'other.csv')
  await on.finish(await json(await on.claim()))
  await as('PATCH', `/api/datasets/${ids[2]}`, { tags: ['x', 'y'] })
  const walk = async (query: string) => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const reply = await as('GET', `/api/datasets?limit=3${query}${cursor && `&cursor=${cursor}`}`)
      const page = await json<Page>(reply)
      t.ok(page.items.length <= 3)
      found.push(...page.items.map((item) => item.id))
      cursor = page.next_cursor
    }
    return found
  }
  t.same(await walk(''), ids)
  t.same(await walk('&status=ready'), [ids[6]])
  t.same(await walk('&tag=y'), [ids[2]])
  t.same(await walk('&q=F3'), [ids[3]])
  t.same(await walk('&q=_%25'), ids, 'wildcards are letters')
  t.same(await walk('&q=f%25csv'), [])
  t.equal((await as('GET', '/api/datasets?q=%00')).status, 400)
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=x',
    'x=1',
    'status=done',
    'cursor=',
    'cursor=zzz',
    'cursor=WyJ4Il0'
  ]) {
    t.equal(await codeOf(await as('GET', `/api/datasets?${query}`)), 'VALIDATION', query)
  }
  for (const cursor of ['zzz', 'WyJ4Il0'])
    t.match(await json(await as('GET', `/api/datasets?cursor=${cursor}`)), {
      error: { details: [{ pointer: '/cursor', message: /^is not a cursor of this list in this order; / }] }
    })
})

t.test('rename, describe, tag; what cannot be shown is refused or removed', async (t) => {
  const on = await startDatasets(t)
  const as = on.as(on.ada)
  const { id } = await json<Item>(await on.upload(on.ada, 'a\n'))
  const patch = (body: unknown) => as('PATCH', `/api/datasets/${id}`, body)
  t.match(
    await json(
      await patch({ name: ' a\u202eb  c ', tags: ['x', 'x ', 'y'], description: 'one\r\ntwo\u0007' })
    ),
    {
      name: 'ab c',
      tags: ['x', 'y'],
      description: 'one\ntwo'
    }
  )
  t.match(await json(await patch({ description: null })), { description: null, name: 'ab c' })
  for (const [body, pointer] of [
    [{}, ''],
    [{ name: '' }, '/name'],
    [{ name: '\u0000' }, '/name'],
    [{ name: '\ud800x' }, '/name'],
    [{ description: '\ud800' }, '/description'],
    [{ name: '\u200b' }, '/name'],
    [{ name: 'x'.repeat(201) }, '/name'],
    [{ name: 7 }, '/name'],
    [{ tags: ['\u200b'] }, '/tags/0'],
    [{ tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, '/tags'],
    [{ status: 'ready' }, '/status'],
    [{ description: 'x'.repeat(4_001) }, '/description']
  ] as const) {
    const reply = await patch(body)
    t.equal(reply.status, 400)
    t.match(
      await json(reply),
      { error: { code: 'VALIDATION', details: [{ pointer }] } },
      JSON.stringify(body).slice(0, 60)
    )
  }
  t.match(
    await json(await as('GET', `/api/datasets/${id}`)),
    { name: 'ab c', tags: ['x', 'y'] },
    'nothing was lost'
  )
})

t.test('a foreign, unknown or malformed id is 404 on every route', async (t) => {
  const on = await startDatasets(t)
  const id = await on.ready(on.ada)
  const routes: [string, string, unknown?][] = [
    ['GET', ''],
    ['GET', '/preview'],
    ['GET', '/download'],
    ['POST', '/link'],
    ['PATCH', '', { name: 'x' }],
    ['DELETE', '']
  ]
  for (const [method, path, body] of routes) {
    for (const other of [id, newId(), 'x', '%00', '1; drop table']) {
      const reply = await on.as(on.bob)(method, `/api/datasets/${other}${path}`, body)
      t.equal(`${reply.status} ${await codeOf(reply)}`, '404 DATASET_NOT_FOUND', `${method} ${other}${path}`)
    }
    const stranger = await on.as(person())(method, `/api/datasets/${id}${path}`, body)
    t.equal(stranger.status, 401)
  }
  t.equal((await on.as(on.ada)('GET', `/api/datasets/${id}`)).status, 200, 'and it is still there')
  t.equal(
    await codeOf(
      await on.asJob('PUT', `/internal/datasets/${id}/holds/${newId()}`, {
        workspace_id: on.bob.claims.workspace_id
      })
    ),
    'DATASET_NOT_FOUND'
  )
})

t.test('a download is the very bytes, whole or in ranges, and never shown by a browser', async (t) => {
  const on = await startDatasets(t)
  const content = randomBytes(300_000)
  const { id } = await json<Item>(await on.upload(on.ada, content, 'größe "1".csv'))
  const get = (headers: Record<string, string> = {}) =>
    on.as(on.ada)('GET', `/api/datasets/${id}/download`, undefined, headers)
  const whole = await get()
  t.equal(whole.status, 200)
  t.ok(Buffer.from(await whole.arrayBuffer()).equals(content))
  const etag = whole.headers.get('etag') ?? ''
  t.equal(etag, `"${createHash('sha256').update(content).digest('hex')}"`)
  t.equal(
    whole.headers.get('content-disposition'),
    `attachment; filename="gr__e _1_.csv"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20_1_.csv`
  )
  t.equal(whole.headers.get('x-content-type-options'), 'nosniff')
  t.match(whole.headers.get('content-security-policy'), /^sandbox/)
  t.equal(whole.headers.get('content-length'), '300000')
  const part = await get({ range: 'bytes=100-199' })
  t.equal(part.status, 206)
  t.equal(part.headers.get('content-range'), 'bytes 100-199/300000')
  t.ok(Buffer.from(await part.arrayBuffer()).equals(content.subarray(100, 200)))
  t.ok(Buffer.from(await (await get({ range: 'bytes=-5' })).arrayBuffer()).equals(content.subarray(-5)))
  const outside = await get({ range: 'bytes=300000-' })
  t.equal(outside.status, 416)
  t.equal(outside.headers.get('content-range'), 'bytes */300000')
  t.equal(await codeOf(outside), 'RANGE_NOT_SATISFIABLE')
  t.equal((await get({ 'if-none-match': etag })).status, 304)
  t.equal((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status, 200)
  t.equal((await get({ range: 'bytes=0-1', 'if-range': etag })).status, 206)
  const asked = await on.as(on.ada)('HEAD', `/api/datasets/${id}/download`, undefined, { range: 'bytes=0-1' })
  t.same([asked.status, await asked.text()], [200, ''])
  for (const name of ['content-length', 'etag', 'accept-ranges', 'content-disposition', 'content-type'])
    t.equal(asked.headers.get(name), whole.headers.get(name), `HEAD tells ${name}`)
  t.equal((await on.as(on.bob)('HEAD', `/api/datasets/${id}/download`)).status, 404)
  t.equal((await on.as(on.ada)('GET', `/api/datasets/${id}?x=1`)).status, 400)
  t.equal((await on.as(on.ada)('POST', `/api/datasets/${id}/link`, { x: 1 })).status, 400)
  t.equal((await on.as(on.ada)('POST', '/api/datasets/upload?x=1')).status, 400)
  const detail = await on.as(on.ada)('HEAD', `/api/datasets/${id}`)
  t.same([detail.status, await detail.text()], [200, ''])

  const [key = ''] = await on.keys()
  const flipped = Buffer.from(content)
  flipped.writeUInt8(flipped.readUInt8(7) ^ 1, 7)
  await on.store.putBytes(key, flipped)
  await t.rejects(async () => (await get()).arrayBuffer(), 'a flipped byte breaks the download off')
  await on.store.remove(key)
  t.equal((await get()).status, 404)
})

t.test('a link opens one file for five minutes, without a token', async (t) => {
  const on = await startDatasets(t)
  const id = await on.ready(on.ada, 'a,b\n1,2\n')
  const other = await on.ready(on.ada, 'other\n1\n')
  const link = async (host: string) => {
    const reply = await on.as(on.ada)('POST', `/api/datasets/${id}/link`)
    t.equal(reply.status, 201, host)
    return json<{ url: string; expires_at: string }>(reply)
  }
  const { url, expires_at } = await link('first.test')
  t.match(url, /^http:\/\/first\.test\/api\/links\/d_[\w.-]+$/)
  t.ok(Math.abs(Date.parse(expires_at) - Date.now() - 300_000) < 2_000)
  const path = new URL(url).pathname
  for (let n = 0; n < 2; n++) t.equal(await (await fetch(on.url + path)).text(), 'a,b\n1,2\n')
  t.equal((await fetch(on.url + path, { headers: { range: 'bytes=0-0' } })).status, 206)
  const asked = await fetch(on.url + path, { method: 'HEAD' })
  t.same([asked.status, asked.headers.get('content-length')], [200, '8'])
  t.equal((await fetch(`${on.url}/api/links/d_x.y`, { method: 'HEAD' })).status, 404)
  const gone = async (token: string) => codeOf(await fetch(`${on.url}/api/links/${token}`))
  const token = path.split('/').pop() ?? ''
  const target = { id, workspace_id: on.ada.claims.workspace_id }
  const signer = { secret: on.deps.secret, prefix: 'd' } as const
  const made = (changes: object, by: Parameters<typeof signLink>[0] = signer, at?: number) =>
    signLink(by, { ...target, ...changes }, at).token
  t.equal(await (await fetch(`${on.url}/api/links/${made({})}`)).text(), 'a,b\n1,2\n')
  t.equal(await gone(made({}, signer, Date.now() - 301_000)), 'LINK_NOT_FOUND', 'expired')
  t.equal(await gone(made({}, { ...signer, secret: randomBytes(32) })), 'LINK_NOT_FOUND')
  t.equal(await gone(made({ workspace_id: newId() })), 'LINK_NOT_FOUND')
  const foreign = made({ id: other })
  t.equal(await gone(token.slice(0, 60) + foreign.slice(60)), 'LINK_NOT_FOUND')
  for (const wrong of ['d_', 'x', `${token}A`, token.slice(0, -1), '..%2f', 'd_%00'])
    t.equal(await gone(wrong), 'LINK_NOT_FOUND')
  await on.as(on.ada)('DELETE', `/api/datasets/${id}`)
  t.equal(await gone(token), 'LINK_NOT_FOUND')
})

t.test('delete removes row and object; a held dataset stays', async (t) => {
  const on = await startDatasets(t)
  const as = on.as(on.ada)
  const id = await on.ready(on.ada)
  const job = newId()
  const hold = `/internal/datasets/${id}/holds/${job}`
  const body = { workspace_id: on.ada.claims.workspace_id }
  const held = await on.asJob('PUT', hold, body)
  t.equal(held.status, 200)
  t.match(await json(held), {
    dataset_id: id,
    name: 'a.csv',
    bytes: 8,
    format: 'csv',
    gzip: false,
    profile: { rows: 1 }
  })
  t.equal((await on.asJob('PUT', hold, body)).status, 200, 'twice is once')
  const reply = await as('DELETE', `/api/datasets/${id}`)
  t.equal(`${reply.status} ${await codeOf(reply)}`, '409 DATASET_IN_USE')
  const link = await json<{ url: string }>(await on.asJob('POST', `/internal/datasets/${id}/url`))
  t.equal(await (await fetch(link.url)).text(), 'a,b\n1,2\n')
  for (let n = 0; n < 2; n++) t.equal((await on.asJob('DELETE', hold)).status, 204)
  t.equal((await as('DELETE', `/api/datasets/${id}`)).status, 204)
  t.equal((await as('DELETE', `/api/datasets/${id}`)).status, 404)
  t.same(await on.keys(), [])
  t.equal((await on.asJob('PUT', hold, body)).status, 404)
  t.equal((await on.asJob('POST', `/internal/datasets/${id}/url`)).status, 404)

  const early = await json<Item>(await on.upload(on.ada, 'a\n'))
  const put = () => on.asJob('PUT', `/internal/datasets/${early.id}/holds/${job}`, body)
  t.equal(await codeOf(await put()), 'DATASET_NOT_READY')
  await on.finish(await json(await on.claim()), {
    profile: null,
    preview: null,
    error: { line: 1, column: null, reason: 'no_rows', message: 'x' }
  })
  t.equal(await codeOf(await put()), 'DATASET_INVALID')
})

t.test('every public route stands in the document', async (t) => {
  const on = await startDatasets(t)
  const key = { authorization: `Bearer ${await on.gatewayToken()}` }
  const document = await json<{ openapi: string; paths: Record<string, Record<string, unknown>> }>(
    await fetch(`${on.internalUrl}/openapi.json`, { headers: key })
  )
  t.match(document.openapi, /^3\.1/)
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`)
  )
  t.same(operations.sort(), [
    'delete /api/datasets/{id}',
    'get /api/datasets',
    'get /api/datasets/{id}',
    'get /api/datasets/{id}/download',
    'get /api/datasets/{id}/preview',
    'patch /api/datasets/{id}',
    'post /api/datasets/upload',
    'post /api/datasets/{id}/link'
  ])
  t.match(document.paths['/api/datasets/upload'], {
    post: { requestBody: { content: { 'multipart/form-data': { schema: { properties: { file: {} } } } } } }
  })
})

t.test('internal routes know their callers', async (t) => {
  const on = await startDatasets(t)
  const id = newId()
  for (const [method, path] of [
    ['PUT', `/internal/datasets/${id}/holds/${id}`],
    ['DELETE', `/internal/datasets/${id}/holds/${id}`],
    ['POST', `/internal/datasets/${id}/url`],
    ['POST', '/api/datasets/internal/claim']
  ] as const) {
    for (const token of [on.ada.token, 'x']) {
      const reply = await fetch(on.internalUrl + path, {
        method,
        headers: { authorization: `Bearer ${token}` }
      })
      t.equal(reply.status, 401, `${method} ${path}`)
    }
    t.equal((await on.as(on.ada)(method, path)).status, 404, 'and are not on the public port')
  }
  t.equal((await on.asJob('PUT', `/internal/datasets/x/holds/${id}`, { workspace_id: id })).status, 404)
})

t.test('a hold and a delete never both win', async (t) => {
  const on = await startDatasets(t)
  const races = process.env.TEST_FULL === '1' ? 1_000 : 200
  const { workspace_id } = on.ada.claims
  // Rows alone: what is raced is the lock.
  const ids = Array.from({ length: races }, () => newId())
  await on.pool.query(
    `insert into dataset.datasets (id, workspace_id, user_id, name, status, format, gzip, object_key, bytes, sha256, profile, preview)
     select id::uuid, $2, $3, 'x', 'ready', 'csv', false, id || '/x', 1, repeat('0', 64), $4, '{}' from unnest($1::text[]) id`,
    [ids, workspace_id, on.ada.claims.sub, JSON.stringify(profile)]
  )
  const counts = { held: 0, deleted: 0 }
  const race = async (id: string, n: number) => {
    const hold = () => on.asJob('PUT', `/internal/datasets/${id}/holds/${newId()}`, { workspace_id })
    const remove = () => on.as(on.ada)('DELETE', `/api/datasets/${id}`)
    const [held, deleted] =
      n % 2 ? await Promise.all([hold(), remove()]) : (await Promise.all([remove(), hold()])).reverse()
    const outcome = `${held?.status} ${deleted?.status}`
    if (outcome === '200 409') counts.held += 1
    else if (outcome === '404 204') counts.deleted += 1
    else t.fail(`both or neither won: ${outcome}`)
  }
  for (let at = 0; at < races; at += 8) await Promise.all(ids.slice(at, at + 8).map(race))
  t.equal(counts.held + counts.deleted, races, `held ${counts.held}, deleted ${counts.deleted}`)
  const { rows } = await on.pool.query(
    'select (select count(*) from dataset.datasets)::int as datasets, (select count(*) from dataset.holds)::int as holds'
  )
  t.same(rows[0], { datasets: counts.held, holds: counts.held })
})
