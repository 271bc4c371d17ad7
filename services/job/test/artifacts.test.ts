import type { Artifact } from '@trainyard/contracts/training'
import { createPool, database } from '@trainyard/service-kit/postgres'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { sweepObjects } from '../src/janitor.ts'
import { makerOf } from './support/maker.ts'
import { claimNext, digest } from './support/worker.ts'
import { log, type Reply, world } from './support/world.ts'

type Refusal = { error: { code: string; details: { message: string }[] } }
const codeOf = ({ body }: Reply<unknown>) => (body as Refusal).error?.code

t.test('files of a job', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const create = makerOf(w, service)
  const ada = await w.person()
  const as = service.as(ada)

  await t.test('finish refuses what is not as announced, and the job goes on', async (t) => {
    const id = await create(ada)
    const attempt = await claimNext(service)
    const other = await attempt.upload('artifact', 'predict.py', Buffer.from('print()'))
    const good = await attempt.upload('artifact', 'model.pt', Buffer.from('the model'))
    const elsewhere = digest(Buffer.from('the modem'))
    const faults: [string, object][] = [
      ['another size', { ...good, bytes: good.bytes + 1 }],
      ['another hash', { ...good, md5: elsewhere.md5, sha256: elsewhere.sha256 }],
      ['an object that is not there', { ...good, key: good.key.replace(/[0-9a-f]{32}/, '0'.repeat(32)) }],
      ["another file's object", { ...good, key: other.key }],
      ["another job's object", { ...good, key: good.key.replace(id, '0'.repeat(36)) }]
    ]
    for (const [what, file] of faults) {
      const reply = await attempt.finish('succeeded', { artifacts: [file] })
      t.match([reply.status, codeOf(reply)], [409, 'ARTIFACT_MISMATCH'], what)
    }
    for (const name of ['../model.pt', '/etc/x', '.hidden', 'a/b', ''])
      t.equal((await attempt.finish('succeeded', { artifacts: [{ ...good, name }] })).status, 400, name)
    t.equal((await attempt.finish('succeeded', { artifacts: [good, good] })).status, 400, 'one name twice')
    t.equal((await as.get<{ state: string }>(`/${id}`)).body.state, 'running')
    t.equal(
      (await as.get<{ items: unknown[] }>(`/${id}/artifacts`)).body.items.length,
      0,
      'nothing half made'
    )
    t.equal((await attempt.finish('succeeded', { artifacts: [good, other] })).status, 200)
  })

  await t.test(
    'a worker gets URLs only for its own attempt, and the store checks what it sends',
    async (t) => {
      await create(ada)
      const attempt = await claimNext(service)
      const bytes = Buffer.from('right')
      const { md5 } = digest(bytes)
      const { body } = await attempt.post<{
        urls: { url: string; headers: Record<string, string>; method: string }[]
      }>('urls', { want: [{ kind: 'dataset' }, { kind: 'artifact', name: 'model.pt', bytes: 5, md5 }] })
      t.match(body.urls, [{ method: 'GET', url: /store\.invalid/ }, { method: 'PUT' }])
      const put = (content: string) =>
        fetch(body.urls[1]?.url ?? '', { method: 'PUT', headers: body.urls[1]?.headers, body: content })
      t.ok((await put('wrong')).status >= 400)
      t.equal((await put('right')).status, 200)
      t.equal(
        (await attempt.post('urls', { want: [{ kind: 'artifact', name: '../x', bytes: 1, md5 }] })).status,
        400
      )
      await attempt.finish('failed', { reason: 'user_error' })
    }
  )

  await t.test('checkpoints: verified, two kept, older objects removed, all gone on success', async (t) => {
    await create(ada)
    const attempt = await claimNext(service)
    const keys: string[] = []
    for (const step of [10, 20, 30]) {
      const file = await attempt.upload('checkpoint', `${step}.ckpt`, Buffer.from(`at ${step}`))
      t.match(codeOf(await attempt.post('checkpoints', { ...file, bytes: 99, step })), 'ARTIFACT_MISMATCH')
      t.match(file.key, new RegExp(`^checkpoints/${attempt.job_id}/1/${step}-`))
      t.equal((await attempt.post('checkpoints', { ...file, step })).status, 200)
      t.equal((await attempt.post('checkpoints', { ...file, step })).status, 200, 'a repeat changes nothing')
      keys.push(file.key)
    }
    const exist = () => Promise.all(keys.map(async (key) => (await w.store.stat(key)) !== null))
    await eventually(async () => (await exist()).join() === 'false,true,true')
    await attempt.finish('succeeded')
    await eventually(async () => (await exist()).join() === 'false,false,false')
  })

  await t.test(
    'downloads: whole, ranges, ETag, attachment; a changed object is never sent whole',
    async (t) => {
      const id = await create(ada, { name: 'churn "2"\r\n/ärger'.replace(/[\r\n]/g, '') })
      const attempt = await claimNext(service)
      const bytes = Buffer.alloc(300_000, 'abcdefghij')
      const model = await attempt.upload('artifact', 'model.pt', bytes)
      const metrics = await attempt.upload('artifact', 'metrics.json', Buffer.from('{}'))
      await attempt.finish('succeeded', { artifacts: [model, metrics] })
      const list = (await as.get<{ items: Artifact[] }>(`/${id}/artifacts`)).body.items
      t.same(list, [
        { name: 'metrics.json', bytes: 2, sha256: metrics.sha256, content_type: 'application/json' },
        { name: 'model.pt', bytes: 300_000, sha256: model.sha256, content_type: 'application/octet-stream' }
      ])
      const get = (headers: Record<string, string> = {}) =>
        fetch(`${service.url}/api/training/${id}/download`, {
          headers: { authorization: `Bearer ${ada.token}`, ...headers }
        })
      const whole = await get()
      t.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes))
      t.match(
        whole.headers.get('content-disposition'),
        /^attachment; filename="churn _2__rger\.pt"; filename\*=UTF-8''churn%20%222%22%C3%A4rger\.pt$/
      )
      const etag = whole.headers.get('etag') ?? ''
      t.equal((await get({ 'if-none-match': etag })).status, 304)
      const part = await get({ range: 'bytes=5-9' })
      t.same(
        [part.status, part.headers.get('content-range'), await part.text()],
        [206, 'bytes 5-9/300000', 'fghij']
      )
      t.equal(await (await get({ range: 'bytes=-3' })).text(), 'hij')
      t.equal((await get({ range: 'bytes=0-1', 'if-range': '"other"' })).status, 200)
      const outside = await get({ range: 'bytes=300000-' })
      t.same([outside.status, outside.headers.get('content-range')], [416, 'bytes */300000'])
      const head = (path: string) =>
        service.call('HEAD', `${service.url}/api/training/${id}${path}`, ada.token)
      const asked = await head('/download')
      t.same(
        [asked.status, asked.body, asked.headers.get('content-length'), asked.headers.get('etag')],
        [200, '', '300000', etag]
      )
      t.equal((await head('/artifacts/metrics.json')).headers.get('content-length'), '2')
      t.equal((await head('/artifacts/nothing.txt')).status, 404)
      t.equal((await as.get(`/${id}/artifacts/nothing.txt`)).status, 404)
      await w.store.putBytes(model.key, Buffer.alloc(300_000, 'abcdefghiJ'))
      await t.rejects(async () => (await get()).arrayBuffer(), 'cut off before its end')
    }
  )

  await t.test(
    'a link opens one file without a token, until it expires, is changed, or the job is gone',
    async (t) => {
      const id = await create(ada)
      const attempt = await claimNext(service)
      const model = await attempt.upload('artifact', 'model.pt', Buffer.from('linked'))
      await attempt.finish('succeeded', { artifacts: [model] })
      const { status, body } = await as.post<{ url: string; expires_at: string }>(
        `/${id}/artifacts/model.pt/link`
      )
      t.equal(status, 201)
      t.match(body.url, /^http:\/\/trainyard\.test\/api\/links\/j_/)
      t.ok(Math.abs(Date.parse(body.expires_at) - Date.now() - 300_000) < 5_000)
      const path = new URL(body.url).pathname
      const open = (at: string, headers: Record<string, string> = {}) => fetch(service.url + at, { headers })
      t.equal(await (await open(path)).text(), 'linked')
      t.equal(await (await open(path, { range: 'bytes=0-3' })).text(), 'link', 'several uses, ranges too')
      const asked = await fetch(service.url + path, { method: 'HEAD' })
      t.same([asked.status, asked.headers.get('content-length')], [200, '6'])
      for (const bad of [`${path}x`, path.replace('j_', 'j_A'), '/api/links/d_x.y', '/api/links/j_'])
        t.equal((await open(bad)).status, 404)
      t.equal((await as.delete(`/${id}`)).status, 204)
      t.equal((await open(path)).status, 404)
    }
  )

  await t.test(
    'the janitor removes what no row names, and nothing that is young, named or under way',
    async (t) => {
      const id = await create(ada)
      const attempt = await claimNext(service)
      const underWay = await attempt.upload('artifact', 'model.pt', Buffer.from('1'))
      const ckpt = await attempt.upload('checkpoint', '1.ckpt', Buffer.from('2'))
      await attempt.post('checkpoints', { ...ckpt, step: 1 })
      const orphan = underWay.key.replace(`${id}/1/`, `${id}/7/`)
      await w.store.putBytes(orphan, Buffer.from('3'))
      const pool = createPool(w.env.DATABASE_URL ?? '', { log })
      t.teardown(() => pool.end())
      const deps = { db: database(pool), store: w.store, log }
      t.equal(await sweepObjects(deps), 0, 'all are younger than the grace')
      await sweepObjects(deps, { graceMs: -60_000 })
      t.notOk(await w.store.stat(orphan))
      t.ok(await w.store.stat(underWay.key))
      t.ok(await w.store.stat(ckpt.key))
    }
  )
})
