import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { JobUpdate } from '@trainyard/contracts/live'
import { eventually } from '@trainyard/testing/eventually'
import { type Test, t } from 'tap'
import { createBacklog } from '../../src/live/backlog.ts'
import { encode, type Frame, updateFrame } from '../../src/live/frame.ts'
import type { LiveLimits } from '../../src/live/limits.ts'
import { logLine, metrics, progress, state } from './event-log.ts'
import { seeded } from './random.ts'
import type { Order, Report } from './slow-gateway.ts'
import { faultOf, openSocket } from './test-socket.ts'

t.setTimeout(60_000)
const MiB = 1_048_576
const nothing: Order = { publish: 'lines', count: 0 }

async function startGateway(t: Test, limits: Partial<LiveLimits> = {}) {
  const child = fork(join(import.meta.dirname, 'slow-gateway.ts'), [JSON.stringify(limits)], {
    execArgv: ['--expose-gc']
  })
  t.teardown(async () => {
    if (child.exitCode !== null) return
    child.disconnect()
    await once(child, 'exit')
  })
  const report = async () => ((await once(child, 'message')) as [Report])[0]
  const hello = await report()
  if (!('url' in hello)) throw new Error('the gateway did not say where it is')
  return {
    ...hello,
    async order(order: Order) {
      child.send(order)
      const done = await report()
      if ('url' in done) throw new Error('unexpected report')
      return done
    },
    async watch(index: number, since: number) {
      const socket = await openSocket(t, hello.url)
      socket.send({ type: 'authenticate', token: hello.tokens[index] })
      socket.send({ type: 'subscribe_job', job_id: hello.jobId, since })
      await socket.next('subscribed')
      return socket
    }
  }
}

t.test(
  'a client that does not read gets merged frames later, costs little and holds up nobody',
  async (t) => {
    const gateway = await startGateway(t)
    const [slow, ...others] = await Promise.all([0, 1, 2, 3].map((index) => gateway.watch(index, 0)))
    if (!slow) throw new Error('no sockets')
    await gateway.order({ publish: 'numbers', count: 600 })
    await Promise.all(others.map((socket) => socket.next('job_update', 600)))
    await slow.next('job_update', 600)

    const warm = await gateway.order(nothing)
    slow.ws.pause()
    const { lastSeq } = await gateway.order({ publish: 'numbers', count: 3_000 })
    t.equal(lastSeq, 3_600)
    await Promise.all(
      others.map((socket) => eventually(() => socket.updates(gateway.jobId).at(-1)?.seq === lastSeq))
    )
    for (const socket of others) t.equal(faultOf(socket.messages, gateway.jobId, 0), undefined)
    t.ok(slow.updates(gateway.jobId).length < 1_000, 'the others have all of it while one does not read')
    const { kept } = await gateway.order(nothing)
    t.comment(`kept memory grew by ${((kept - warm.kept) / MiB).toFixed(1)} MiB`)
    t.ok(kept - warm.kept < 4 * MiB, 'about 43 MiB were published and not kept', { grown: kept - warm.kept })

    slow.ws.resume()
    await eventually(() => slow.updates(gateway.jobId).at(-1)?.seq === lastSeq)
    const got = slow.updates(gateway.jobId)
    t.equal(faultOf(slow.messages, gateway.jobId, 0), undefined, 'no gap')
    t.ok(
      got.some(({ from_seq }) => from_seq !== undefined),
      'merged'
    )
    t.ok(got.length < 3_600, `${got.length} frames stand for 3,600 events`)
    t.same(
      newestValues(got),
      newestValues(others[0]?.updates(gateway.jobId) ?? []),
      'with the newest of everything'
    )
    await gateway.order({ state: 'succeeded' })
    await eventually(() => slow.updates(gateway.jobId).at(-1)?.event === 'state')
    t.equal(faultOf(slow.messages, gateway.jobId, 0), undefined, 'and then live again')
  }
)

t.test('lines are not merged: too many become one resync; one who never reads is closed', async (t) => {
  const gateway = await startGateway(t, { stuckMs: 1_500, tickMs: 50, goodbyeMs: 300 })
  const [back, never] = [await gateway.watch(0, 0), await gateway.watch(1, 0)]
  back.ws.pause()
  never.ws.pause()
  const { lastSeq } = await gateway.order({ publish: 'lines', count: 2_000 })
  back.ws.resume()
  await eventually(
    () => back.of('resync').at(-1)?.seq === lastSeq || back.updates(gateway.jobId).at(-1)?.seq === lastSeq
  )
  t.ok(back.of('resync').length > 0, 'history was cut')
  t.equal(faultOf(back.messages, gateway.jobId, 0), undefined)
  t.equal(back.ws.readyState, back.ws.OPEN)
  const connections = async () => (await gateway.order(nothing)).connections
  await eventually(async () => (await connections()) === 1)
  t.pass('the one that never reads is gone')
})

function newestValues(updates: JobUpdate[]) {
  const values: Record<string, number | null> = {}
  let step = 0
  for (const update of updates) {
    if (update.event === 'metrics') Object.assign(values, update.data.values)
    if (update.event === 'progress') step = update.data.step
  }
  return { values, step }
}

t.test('a backlog stands for all events, in order, however they are mixed', async (t) => {
  for (let seed = 0; seed < 300; seed++) {
    const random = seeded(seed)
    const backlog = createBacklog(1_000_000)
    const all: JobUpdate[] = []
    const out: JobUpdate[] = []
    const take = () => {
      const bytes = backlog.take()
      if (bytes) out.push(JSON.parse(String(bytes)))
      return bytes !== undefined
    }
    for (let seq = 1; seq <= 60; seq++) {
      const kind = random.below(8)
      const change =
        kind === 0
          ? state('running')
          : kind === 1
            ? logLine(seq, 'line')
            : kind < 5
              ? progress(seq)
              : metrics(seq, kind === 5 ? { a: seq } : { a: seq, b: seq })
      const update = { type: 'job_update', job_id: 'j', attempt: 1, seq, ts: '', ...change } as JobUpdate
      all.push(update)
      backlog.job(updateFrame(update))
      if (random.chance(0.1)) take()
    }
    while (take());
    const fault = faultOf(out, 'j', 0)
    if (fault || out.at(-1)?.seq !== 60) t.fail(`seed ${seed}: ${fault}`)
    const kept = (updates: JobUpdate[]) =>
      updates.flatMap(({ event, seq }) => (event === 'state' || event === 'log' ? [seq] : []))
    if (String(kept(out)) !== String(kept(all))) t.fail(`seed ${seed}: a state or a line was merged away`)
    if (JSON.stringify(newestValues(out)) !== JSON.stringify(newestValues(all))) t.fail(`seed ${seed}: stale`)
  }
  t.pass('300 mixtures')
})

t.test('a backlog never grows past its limit, and forgets what is unsubscribed', async (t) => {
  const backlog = createBacklog(10_000)
  const line = (jobId: string, seq: number): Frame =>
    updateFrame({
      type: 'job_update',
      job_id: jobId,
      attempt: 1,
      seq,
      ts: '',
      ...logLine(seq, 'x'.repeat(100))
    } as JobUpdate)
  for (let seq = 1; seq <= 1_000; seq++) for (const jobId of ['a', 'b']) backlog.job(line(jobId, seq))
  t.ok(backlog.bytes() <= 10_000)
  backlog.forget('a')
  backlog.reply(encode({ type: 'unsubscribed', job_id: 'a' }))
  const rest: { type: string; job_id: string; seq: number }[] = []
  for (let bytes = backlog.take(); bytes; bytes = backlog.take()) rest.push(JSON.parse(String(bytes)))
  t.equal(
    rest.some(({ type, job_id }) => job_id === 'a' && type !== 'unsubscribed'),
    false
  )
  t.match(rest[0], { type: 'resync', job_id: 'b' })
  t.match(rest.at(-1), { type: 'unsubscribed', job_id: 'a' })
  t.equal(backlog.bytes(), 0)
})
