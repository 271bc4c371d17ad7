import type { JobUpdate } from '@trainyard/contracts/live'
import { eventually } from '@trainyard/testing/eventually'
import { Redis } from 'ioredis'
import t from 'tap'
import { makerOf } from './support/maker.ts'
import { claimNext, progress } from './support/worker.ts'
import { fold, world } from './support/world.ts'

t.test('status updates', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const create = makerOf(w, service)
  const ada = await w.person()
  const subscriber = new Redis(w.redis.url)
  t.teardown(() => subscriber.disconnect())
  const heard: { channel: string; update: JobUpdate }[] = []
  subscriber.on('message', (channel, text) => heard.push({ channel, update: JSON.parse(text) }))
  const events = async (id: string) =>
    (await service.as(ada).get<{ items: JobUpdate[] }>(`/${id}/events`)).body.items

  await t.test('seq has no gap under batches at once and repeats; a repeat is published again', async (t) => {
    const id = await create(ada)
    await subscriber.subscribe(`job:${id}`, `workspace:${ada.workspace}`)
    const attempt = await claimNext(service)
    const batches = Array.from({ length: 40 }, (_, i) =>
      Array.from({ length: 5 }, (_, k) => ({
        n: 5 * i + k + 1,
        type: 'log',
        stream: 'stdout',
        line: `${5 * i + k + 1}`
      }))
    )
    await fold(40, async (i) => {
      // In order, as a worker sends them, but each twice and stops in between.
      await eventually(async () => {
        const { rows } = await w.postgres.pool.query('select last_n from job.jobs where id = $1', [id])
        return Number(rows[0].last_n) >= 5 * i
      }, 20_000)
      const both = await Promise.all([attempt.repeat(batches[i] ?? []), attempt.repeat(batches[i] ?? [])])
      for (const { status, body } of both) {
        t.equal(status, 200)
        t.ok(body.last_n >= 5 * i + 5)
      }
    })
    const stored = await events(id)
    t.same(
      stored.map(({ seq }) => seq),
      Array.from({ length: 202 }, (_, i) => i + 1)
    )
    const lines = stored.flatMap((update) => (update.event === 'log' ? [update.data] : []))
    t.same(
      lines.map(({ line }) => line),
      Array.from({ length: 200 }, (_, i) => `${i + 1}`)
    )
    t.same(
      lines.map(({ n }) => n),
      Array.from({ length: 200 }, (_, i) => i + 1)
    )
    // All that was published so far: each line once by its batch and once by the repeat.
    await eventually(() => heard.filter(({ update }) => update.event === 'log').length === 400, 10_000)
    const before = heard.length
    await attempt.repeat(batches[3] ?? [])
    await eventually(() => heard.length >= before + 5)
    const again = heard.slice(before).map(({ update }) => update)
    t.same(
      again,
      stored.filter(({ seq }) => seq > 17 && seq <= 22),
      'the stored rows, byte for byte'
    )
    const own = heard.filter(({ channel }) => channel === `job:${id}`)
    t.same([...new Set(own.map(({ update }) => update.seq))].sort((a, b) => a - b).slice(0, 3), [2, 3, 4])
    t.ok(
      heard.every(
        ({ channel, update }) =>
          channel === `job:${id}` || update.event === 'state' || update.event === 'progress'
      )
    )
    await attempt.finish('failed', { reason: 'user_error' })
  })

  await t.test('what does not fit is refused and nothing of its batch is stored', async (t) => {
    const id = await create(ada)
    const attempt = await claimNext(service)
    const values = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`m${i}`, 1]))
    const reply = await attempt.repeat([
      { n: 1, type: 'progress', data: progress(1) },
      { n: 2, type: 'metrics', data: { step: 1, epoch: 1, values } }
    ])
    t.equal(reply.status, 400)
    t.equal((await attempt.repeat([{ n: 1, type: 'shout', data: {} }])).status, 400)
    t.equal((await events(id)).length, 2)
    const hostile = await attempt.report([
      { type: 'metrics', data: { step: 1, epoch: 1, values: { 'a\u0000b': 1, __ty: null } } },
      { type: 'best', data: { note: '\ud800' } }
    ])
    t.equal(hostile.status, 200, 'odd text is stored with replacement characters')
    await attempt.finish('failed', { reason: 'user_error' })
  })

  await t.test('a log past its limit ends with one line that says so', async (t) => {
    const id = await create(ada)
    const attempt = await claimNext(service)
    await w.postgres.pool.query('update job.jobs set log_bytes = 10 * 1024 * 1024 - 5 where id = $1', [id])
    await attempt.report(
      ['last line', 'lost', 'lost'].map((line) => ({ type: 'log', stream: 'stdout', line }))
    )
    const { body } = await service.as(ada).get<{ items: { line: string }[] }>(`/${id}/logs`)
    t.match(body.items, [{ line: 'last line' }, { line: /longer than 10 MiB/ }])
    t.equal(body.items.length, 2)
    await attempt.finish('failed', { reason: 'user_error' })
  })

  await t.test('logs are read forwards and backwards', async (t) => {
    const id = await create(ada)
    const attempt = await claimNext(service)
    await attempt.report(
      Array.from({ length: 9 }, (_, i) => ({ type: 'log', stream: 'stderr', line: `${i + 1}` }))
    )
    const read = async (query: string) => {
      const { body } = await service
        .as(ada)
        .get<{ items: { n: number }[]; next_cursor: string | null }>(`/${id}/logs?${query}`)
      return [body.items.map(({ n }) => n), body.next_cursor]
    }
    t.same(await read('limit=4'), [[1, 2, 3, 4], '4'])
    t.same(await read('limit=4&after=4'), [[5, 6, 7, 8], '8'])
    t.same(await read('after=8'), [[9], null])
    t.same(await read('limit=3&before=10'), [[7, 8, 9], '7'])
    t.same(await read('limit=3&before=3'), [[1, 2], null])
    await attempt.finish('failed', { reason: 'user_error' })
  })

  await t.test(
    'thinned series keep every extreme, and a resumed curve replaces what it does again',
    async (t) => {
      const id = await create(ada)
      const attempt = await claimNext(service)
      const value = (step: number) => (step === 777 ? 99 : step === 1_234 ? -5 : Math.sin(step / 50))
      for (let at = 0; at < 2_000; at += 500) {
        await attempt.report(
          Array.from({ length: 500 }, (_, i) => ({
            type: 'metrics',
            data: {
              step: at + i + 1,
              epoch: 1,
              values: { 'train/loss': value(at + i + 1), ...(i === 0 ? { 'validation/f1': 0.5 } : {}) }
            }
          }))
        )
      }
      type Points = {
        series: {
          key: string
          direction: string
          points: {
            step: number
            at: string | null
            value: number
            min?: number
            max?: number
            attempt: number
          }[]
        }[]
      }
      const read = async (query: string) =>
        (await service.as(ada).get<Points>(`/${id}/metrics?${query}`)).body.series
      const [loss, f1] = await read('max_points=20')
      t.equal(loss?.points.length, 20)
      t.equal(Math.max(...(loss?.points.map(({ max = 0 }) => max) ?? [])), 99)
      t.equal(Math.min(...(loss?.points.map(({ min = 0 }) => min) ?? [])), -5)
      t.equal(loss?.points.at(-1)?.step, 2_000, 'the last point is the newest')
      t.equal(loss?.points.at(-1)?.value, value(2_000))
      t.match(
        [f1?.direction, f1?.points.length, f1?.points[0]?.min],
        ['max', 4, undefined],
        'a short series is whole'
      )
      t.equal((await read('keys=validation/f1')).length, 1)
      const told = (await service.as(ada).get<{ items: JobUpdate[] }>(`/${id}/events?after=1500`)).body.items
      t.equal(loss?.points.at(-1)?.at, told.at(-1)?.ts, 'a point has the time of its live message')
      await w.postgres.pool.query('update job.points set at = null where job_id = $1 and step = 1', [id])
      t.equal((await read('keys=validation/f1'))[0]?.points[0]?.at, null, 'older points have none')
      t.equal((await read('keys=train/loss&from_step=100&to_step=110&max_points=1000'))[0]?.points.length, 11)
      const file = await attempt.upload('checkpoint', '1000.ckpt', Buffer.from('weights'))
      t.equal((await attempt.post('checkpoints', { ...file, step: 1_000 })).status, 200)
      await attempt.release()
      const second = await claimNext(service)
      t.match(second.checkpoint, { step: 1_000, name: '1000.ckpt', sha256: file.sha256 })
      t.equal(await (await fetch(second.checkpoint?.url ?? '')).text(), 'weights')
      await second.report([{ type: 'metrics', data: { step: 1_010, epoch: 2, values: { 'train/loss': 7 } } }])
      const [curve] = await read('keys=train/loss&max_points=10000')
      t.equal(curve?.points.length, 1_001)
      t.match(curve?.points.slice(-2), [
        { step: 1_000, attempt: 1 },
        { step: 1_010, attempt: 2, value: 7 }
      ])
      await second.finish('failed', { reason: 'user_error' })
    }
  )
})
