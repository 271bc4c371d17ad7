import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from '@trainyard/service-kit/log'
import { eventually } from '@trainyard/testing/eventually'
import type { TestContext } from '@trainyard/testing/test-context'
import t from 'tap'
import { Agent } from 'undici'
import { claimLoop } from '../src/claim-loop.ts'
import { createControl } from '../src/control.ts'
import { datasetCache, type Source } from '../src/dataset-cache.ts'
import { createLease } from '../src/lease.ts'
import { lineSplitter } from '../src/lines.ts'
import { ranOutOfMemory } from '../src/oom.ts'
import { isPassing } from '../src/platform-api.ts'
import { processGroup } from '../src/process-group.ts'
import { createReporter } from '../src/reporter.ts'
import { openInside } from '../src/scratch.ts'
import { createSpool } from '../src/spool.ts'
import { trainerHost } from '../src/trainer-host.ts'
import { transfers } from '../src/transfer.ts'
import { verdictOf } from '../src/verdict.ts'
import { startPlatform } from './platform.ts'
import { HOSTILE, PYTHON, processFacts } from './worker-process.ts'

const log = createLog('test', 'fatal')
const folder = async (t: TestContext) => {
  const path = await mkdtemp(join(tmpdir(), 'ty-parts-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

t.test('a stream is cut into lines whatever its pieces are, and a long line is bounded', async (t) => {
  const text = 'one\n\ntwo words\nthree\r\n'
  for (const size of [1, 2, 3, 7, 100]) {
    const lines: string[] = []
    const push = lineSplitter(100, ({ bytes }) => lines.push(bytes.toString()))
    for (let i = 0; i < text.length; i += size) push(Buffer.from(text.slice(i, i + size)))
    t.same(lines, ['one', '', 'two words', 'three\r'], `pieces of ${size}`)
  }
  const long: { head: string; tail: string; dropped: number }[] = []
  const push = lineSplitter(10, ({ bytes, tail, dropped }) =>
    long.push({ head: bytes.toString(), tail: tail.toString(), dropped })
  )
  for (let i = 0; i < 1_000; i++) push(Buffer.from('x'.repeat(1_000)))
  push(Buffer.from('the end\nnext\n'))
  t.equal(long[0]?.head, 'xxxxxxxxxx')
  t.equal(long[0]?.dropped, 1_000_000 + 7 - 10)
  t.ok(long[0]?.tail.endsWith('xxthe end'))
  t.same(long[1], { head: 'next', tail: 'next', dropped: 0 })
})

t.test('what is not sent yet is bounded and merged, and its numbers have no gap', async (t) => {
  let now = 0
  const limits = { logs: 5, logsPerSecond: 3, metrics: 10, batch: 100, batchBytes: 100_000 }
  const spool = createSpool(() => now, limits)
  const progress = { epochs: 9, step: 1, steps: 9, percent: 1, eta_seconds: null, samples_per_second: null }
  for (let epoch = 1; epoch <= 50; epoch++) {
    spool.add({ type: 'progress', data: { ...progress, epoch, phase: 'training' } })
    const values: Record<string, number> = epoch % 2 ? { odd: epoch } : { even: epoch }
    spool.add({ type: 'metrics', data: { step: epoch, epoch, values } })
    spool.add({ type: 'log', stream: 'stdout', line: `line ${epoch}` })
  }
  const first = spool.take()
  t.same(
    first.map(({ n }) => n),
    first.map((_, i) => i + 1)
  )
  t.equal(first.filter(({ type }) => type === 'progress').length, 1, 'only the newest progress')
  const metrics = first.flatMap((e) => (e.type === 'metrics' ? [e.data] : []))
  t.ok(metrics.length <= 10)
  t.equal(metrics.at(-1)?.step, 50)
  t.equal(Object.assign({}, ...metrics.map(({ values }) => values)).odd, 49, 'the newest of every series')
  const said = (events: typeof first) => events.flatMap((e) => (e.type === 'log' ? [e.line] : []))
  t.same(said(first), ['45 lines of output were left out here', 'line 46', 'line 47', 'line 48'])
  t.same(spool.take(), [], 'log lines have a rate')
  now = 400
  t.same(said(spool.take()), ['line 49'])
  const last = spool.take(true)
  t.same(said(last), ['line 50'], 'which the end lifts')
  const [replaced] = spool.replacement(last, 'refused')
  t.equal(replaced?.n, last[0]?.n)
  spool.add({ type: 'phase', phase: 'uploading' })
  t.equal(spool.take()[0]?.n, (replaced?.n ?? 0) + 1)
})

t.test(
  'a status update that hangs is given up and the next one is sent, until the lease is over',
  async (t) => {
    const sent: number[] = []
    const lost: string[] = []
    // Twenty times as fast as the clock on the wall.
    const clock = () => performance.now() * 20
    const start = clock()
    const reporter = createReporter({
      post: () => {
        sent.push(clock() - start)
        return new Promise(() => undefined)
      },
      lease: createLease(start, 30, clock),
      clock,
      log,
      onStop: () => undefined,
      onLost: (why) => lost.push(why)
    })
    t.teardown(() => reporter.close())
    await eventually(() => lost.length > 0)
    t.ok(sent.length >= 3, `calls after ${sent.map(Math.round)} ms`)
    t.same(lost, ['lease'])
    t.ok(clock() - start >= 27_000, 'not before nine tenths of it')
  }
)

t.test('a group whose number belongs to somebody else by now is left alone', async (t) => {
  const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  t.teardown(() => stranger.kill('SIGKILL'))
  const pid = stranger.pid ?? 0
  processGroup(pid, 'another start').kill()
  await sleep(50)
  t.equal(stranger.signalCode, null)
  processGroup(pid).kill()
  await eventually(() => stranger.signalCode === 'SIGKILL')
  t.doesNotThrow(() => processGroup(pid).kill(), 'one that is gone is no error')
})

t.test('only plain files inside the folder are opened', async (t) => {
  const root = await folder(t)
  await mkdir(join(root, 'out/sub'), { recursive: true })
  const out = join(root, 'out')
  await writeFile(join(root, 'secret'), 'secret')
  await writeFile(join(out, 'sub/plain'), 'plain')
  await symlink(join(root, 'secret'), join(out, 'link'))
  await symlink(join(out, 'sub'), join(out, 'inner'))
  await truncate(await writeFile(join(out, 'large'), '').then(() => join(out, 'large')), 2_000)
  const file = await openInside(out, 'sub/plain', 1_000)
  t.equal(await file.readFile('utf8'), 'plain')
  await file.close()
  for (const [name, message] of [
    ['../secret', /outside/],
    [join(root, 'secret'), /outside/],
    ['.', /outside/],
    ['link', /symbolic link/],
    ['inner/plain', /symbolic link/],
    ['sub', /not a plain file/],
    ['missing', /cannot be opened \(ENOENT\)/],
    ['large', /has 2000 bytes, more than the 1000 allowed/]
  ] as const) {
    await t.rejects(openInside(out, name, 1_000), { name: 'UntrustedFile', message }, name)
  }
})

t.test(
  'the dataset cache shares downloads, keeps what is in use, and forgets what was used longest ago',
  async (t) => {
    const platform = await startPlatform(t)
    const agent = new Agent()
    t.teardown(() => agent.destroy())
    const root = join(await folder(t), 'cache')
    let now = 0
    const options = { folder: root, limitBytes: 250, transfers: transfers(agent), log, clock: () => ++now }
    const cache = datasetCache(options)
    await cache.start()
    const [a, b, c] = ['a', 'b', 'c'].map((letter) => platform.addFile(letter.repeat(100)))
    if (!a || !b || !c) throw new Error('three files')
    let asked = 0
    const source = (file: { sha256: string }, signal = new AbortController().signal): Source => ({
      url: async () => {
        asked++
        return platform.url + platform.store.grant({ key: file.sha256, method: 'GET', md5: null })
      },
      passing: isPassing,
      onDownload: () => undefined,
      onTrouble: () => undefined,
      signal
    })
    const leaving = new AbortController()
    const left = cache.acquire(a, source(a, leaving.signal))
    const both = [cache.acquire(a, source(a)), cache.acquire(a, source(a))]
    leaving.abort(new Error('left'))
    await t.rejects(left, { message: 'left' })
    const [first, second] = await Promise.allSettled(both)
    t.equal(first?.status, 'fulfilled', 'others go on when one leaves')
    t.ok(asked <= 2, 'one download, or one that was taken over')
    await cache.acquire(b, source(b)).then((file) => file.release())
    if (second?.status === 'fulfilled') second.value.release()
    await cache.acquire(c, source(c)).then((file) => file.release())
    t.ok((await readdir(root)).includes(a.sha256), 'a file in use stays')
    t.notOk((await readdir(root)).includes(b.sha256), 'another one gave way')
    if (first?.status === 'fulfilled') first.value.release()
    t.ok(cache.bytes() <= 250)

    await writeFile(join(root, `${b.sha256}.part`), 'left by a crash')
    const again = datasetCache(options)
    await again.start()
    t.notOk((await readdir(root)).some((name) => name.endsWith('.part')))
    const before = asked
    await again.acquire(c, source(c)).then((file) => file.release())
    t.equal(asked, before, 'what was there is found again')
    await writeFile(join(root, c.sha256), 'd'.repeat(100))
    await again.acquire(c, source(c)).then((file) => file.release())
    t.equal(asked, before + 1, 'a file that was touched is checked and fetched again')
  }
)

t.test('bells are hints: each ends, whatever the claims bring', async (t) => {
  const work: string[] = []
  const claims: number[] = []
  const ends: (() => void)[] = []
  const loop = claimLoop<string>({
    slots: [0],
    limit: 2,
    claim: async () => {
      claims.push(performance.now())
      return work.shift() ?? null
    },
    run: ({ freeSlot, control }) =>
      new Promise((done) => {
        control.onWish(() => done())
        ends.push(() => {
          freeSlot()
          done()
        })
      }),
    pollMs: 60_000,
    log
  })
  const bell = { show: () => undefined }
  await loop.bell(bell)
  t.equal(loop.running(), 0, 'a bell without work ends at once')
  work.push('one')
  const one = loop.bell(bell)
  await eventually(() => loop.running() === 1)
  work.push('two')
  const two = loop.bell(bell)
  t.equal(await Promise.race([one, sleep(50, 'kept')]), 'kept', 'the message is kept while the work runs')
  ends[0]?.()
  await one
  await eventually(() => ends.length === 2)
  ends[1]?.()
  await two
  work.push('three')
  loop.wake()
  await eventually(() => loop.running() === 1)
  const late = loop.bell(bell)
  await loop.close()
  await late
  t.equal(loop.running(), 0, 'closing hands back what runs and lets its message go')
  const after = claims.length
  await loop.bell(bell)
  t.equal(claims.length, after, 'and nothing is claimed any more')
})

t.test('how a trainer ended decides what is reported', async (t) => {
  const exit = { code: null, signal: 'SIGKILL', maxRssBytes: 5 * 2 ** 20, overdue: false, hostLost: false }
  const life = {
    result: null,
    exit,
    wish: null,
    killed: null,
    outOfMemory: false,
    phase: 'training',
    lastOutput: ''
  }
  t.match(verdictOf(life), {
    outcome: 'crashed',
    signature: 'signal SIGKILL',
    message: /SIGKILL.*"training"/
  })
  t.match(verdictOf({ ...life, outOfMemory: true }), {
    outcome: 'failed',
    reason: 'out_of_memory',
    message: /5 MiB/
  })
  t.match(verdictOf({ ...life, wish: 'stop', killed: 'stop' }), {
    outcome: 'stopped',
    reason: 'user_stopped'
  })
  t.match(verdictOf({ ...life, wish: 'release' }), { kind: 'release' })
  const result = { type: 'result', outcome: 'succeeded', reason: 'early_stopped', message: null } as const
  t.match(verdictOf({ ...life, wish: 'release', result }), { kind: 'finish', outcome: 'succeeded' })

  const none = { group: null, machine: null }
  t.notOk(ranOutOfMemory(exit, none, none), 'SIGKILL alone is no evidence')
  t.ok(ranOutOfMemory(exit, { group: 1, machine: 7 }, { group: 2, machine: 7 }))
  t.notOk(
    ranOutOfMemory(exit, { group: 1, machine: 7 }, { group: 1, machine: 8 }),
    'another process was the victim'
  )
  t.ok(
    ranOutOfMemory(
      { ...exit, maxRssBytes: totalmem() / 2 },
      { group: null, machine: 7 },
      { group: null, machine: 8 }
    )
  )
  t.notOk(ranOutOfMemory({ ...exit, signal: 'SIGSEGV' }, { group: 1, machine: 7 }, { group: 2, machine: 8 }))

  const control = createControl()
  const wishes: string[] = []
  control.ask('release')
  control.onWish((wish) => wishes.push(wish))
  control.ask('stop')
  control.ask('release')
  t.same(wishes, ['release', 'stop'], 'a stop outranks a release')
})

t.test(
  'a host that hangs is killed and replaced, and one that cannot start is tried again until the end',
  async (t) => {
    const options = {
      trainerDir: HOSTILE,
      home: await folder(t),
      slots: 2,
      env: { PATH: process.env.PATH },
      setpriv: null,
      clock: () => performance.now(),
      log,
      pingMs: 100
    }
    const host = trainerHost({ ...options, python: PYTHON })
    const { pid } = await host.ready(new AbortController().signal)
    process.kill(pid, 'SIGSTOP')
    await eventually(async () => (await processFacts(pid)) === undefined)
    // Until the death has been reported to us, the old host is still the one that is ready.
    await eventually(async () => (await host.ready(new AbortController().signal)).pid !== pid, 20_000)
    await host.stop()
    t.equal(host.state(), 'stopped')

    const missing = trainerHost({ ...options, python: '/nowhere/python' })
    await eventually(() => missing.state() === 'restarting')
    const waiting = missing.ready(new AbortController().signal)
    await Promise.all([t.rejects(waiting, { code: 'UNAVAILABLE' }), missing.stop()])
  }
)
