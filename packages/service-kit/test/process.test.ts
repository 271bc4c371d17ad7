import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import t from 'tap'
import { Type } from 'typebox'
import { loadConfig, splitUrls } from '../src/config.ts'
import { fail } from '../src/errors.ts'
import { health } from '../src/health.ts'
import { stopInOrder } from '../src/lifecycle.ts'
import { createLog } from '../src/log.ts'
import { createServer } from '../src/server.ts'
import { silentLog } from './silent-log.ts'

t.test(
  'configuration is read once and lists every fault; a blank is unset and a secret may come by file',
  async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'kit-'))
    t.teardown(() => rm(dir, { recursive: true }))
    await writeFile(join(dir, 'secret'), 'from a file\n')
    await writeFile(join(dir, 'empty'), '\n')
    const schema = Type.Object({
      PORT: Type.Integer({ minimum: 1, default: 4000 }),
      SECRET: Type.String({ minLength: 4 }),
      MODE: Type.Enum(['open', 'closed'], { default: 'open' }),
      LATE: Type.Boolean({ default: false })
    })
    t.same(loadConfig(schema, { SECRET_FILE: join(dir, 'secret'), PORT: '', LATE: 'true', OTHER: 'x' }), {
      PORT: 4000,
      SECRET: 'from a file',
      MODE: 'open',
      LATE: true
    })
    t.throws(() => loadConfig(schema, { PORT: 'abc', MODE: 'opne' }), /PORT.*\n.*MODE|SECRET/s)
    try {
      loadConfig(schema, { PORT: '0', MODE: 'opne', SECRET_FILE: join(dir, 'none') })
      t.fail('must throw')
    } catch (err) {
      for (const name of ['PORT', 'MODE', 'SECRET', 'SECRET_FILE']) t.match(String(err), name)
    }
    t.throws(
      () => loadConfig(schema, { SECRET_FILE: join(dir, 'empty') }),
      /SECRET/,
      'an empty secret is no secret'
    )
    t.same(splitUrls(' http://a:1/ ,, https://b '), ['http://a:1', 'https://b'])
  }
)

t.test('secrets do not reach the log, and text of users cannot forge a line', async (t) => {
  let out = ''
  const write = process.stdout.write
  const log = createLog('test', 'info')
  const sink = new Writable({
    write: (chunk, _enc, done) => {
      out += chunk
      done()
    }
  })
  Object.assign(log, { [Symbol.for('pino.stream')]: sink })
  const stream = Object.getOwnPropertySymbols(log).find((s) => s.description === 'pino.stream')
  if (!stream) throw new Error('pino keeps its stream elsewhere')
  Object.assign(log, { [stream]: sink })
  const cause = new Error('connect postgres://ty:canary-1@host/db')
  log.info(
    {
      password: 'canary-2',
      req: { headers: { authorization: 'canary-3', cookie: 'canary-4' } },
      body: { token: 'canary-5' }
    },
    'a'
  )
  log.error({ err: new Error('GET http://s3/x?X-Amz-Signature=canary-6 failed', { cause }) }, 'b')
  log.info({ name_of_file: 'x"}\n{"level":60' }, 'c')
  t.equal(process.stdout.write, write)
  t.notMatch(out, /canary/)
  t.equal(out.trim().split('\n').length, 3)
  t.match(out, /http:\/\/s3\/x\?\[removed\]/)
})

t.test('an error is logged with what helps: no query text, and no stack for a refusal', async (t) => {
  const lines: string[] = []
  const log = createLog('test', 'info', { write: (line) => void lines.push(line) })
  const refused = Object.assign(new Error('duplicate key value violates unique constraint "users_email"'), {
    ...{ name: 'error', code: '23505', constraint: 'users_email', detail: 'canary-1' }
  })
  const query = Object.assign(
    new Error('Failed query: insert canary-2\nparams: canary-3', { cause: refused }),
    {
      ...{ query: 'insert canary-2', params: ['canary-3'] }
    }
  )
  log.error({ err: query }, 'a')
  log.error({ err: fail('INTERNAL', { cause: query }) }, 'b')
  log.warn({ err: fail('UNAVAILABLE', { cause: new TypeError('fetch failed', { cause: 'x' }) }) }, 'c')
  log.info('')
  const [a, b, c, ...more] = lines.map((line) => JSON.parse(line))
  t.notMatch(lines.join(), /canary/)
  t.match(a, { level: 'error', err: { code: '23505', constraint: 'users_email', stack: /process\.test/ } })
  t.match(b.err, { code: 'INTERNAL', stack: String, cause: { code: '23505', message: /duplicate key/ } })
  t.match(c, {
    level: 'warn',
    err: { code: 'UNAVAILABLE', cause: { name: 'TypeError', message: 'fetch failed' } }
  })
  t.notMatch(lines[2], /stack/)
  t.same(more, [], 'an empty line is none')
})

t.test('what a process misses is said when it changes, and only after its start', async (t) => {
  const said: [string, string][] = []
  const log = createLog('test', 'info', {
    write: (line) => {
      const { level, msg, failures } = JSON.parse(line)
      said.push([level, failures ? failures.map(({ name }: { name: string }) => name).join() : msg])
    }
  })
  const answers = new Set<string>()
  const check = (name: string) => async () =>
    answers.has(name) || Promise.reject(new Error(`${name} is away`))
  const ask = async (startMs: number) => {
    const app = createServer({ log })
    health(app, { checks: { a: check('a'), b: check('b') }, startMs })
    return async () => (await app.inject('/readyz')).statusCode
  }
  const early = await ask(60_000)
  t.equal(await early(), 503)
  answers.add('a')
  t.equal(await early(), 503)
  t.same(said.splice(0), [], 'others are still coming up')
  answers.add('b')
  for (let i = 0; i < 3; i++) t.equal(await early(), 200)
  answers.delete('b')
  for (let i = 0; i < 3; i++) t.equal(await early(), 503)
  answers.add('b')
  t.equal(await early(), 200)
  const there = 'everything that is needed answers'
  t.same(said.splice(0), [
    ['info', there],
    ['warn', 'b'],
    ['info', there]
  ])
  answers.clear()
  const late = await ask(0)
  for (let i = 0; i < 3; i++) t.equal(await late(), 503)
  t.same(
    said.filter(([level]) => level === 'warn'),
    [['warn', 'a,b']],
    'a start that takes too long is news'
  )
})

t.test('a stop goes step by step, past a step that fails and one that hangs', async (t) => {
  const done: string[] = []
  const clean = await stopInOrder(
    [
      { name: 'http', stop: () => done.push('http') },
      {
        name: 'fails',
        stop: () => {
          throw new Error('no')
        }
      },
      { name: 'hangs', stop: () => new Promise(() => undefined), limitMs: 20 },
      { name: 'pool', stop: async () => done.push('pool') }
    ],
    silentLog,
    'test'
  )
  t.equal(clean, false)
  t.same(done, ['http', 'pool'])
})

t.test(
  'a process stops in order on a signal, on a second one, when its parent goes and when it fails',
  async (t) => {
    const start = async (mode: string) => {
      const child = fork(new URL('service-process.ts', import.meta.url), [mode], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc']
      })
      let out = ''
      child.stdout?.on('data', (chunk) => {
        out += chunk
      })
      const exit = once(child, 'exit').then(([code]) => ({ code, out }))
      if (mode !== 'cannot-start')
        t.match(await once(child, 'message'), [{ type: 'ready', port: 1, internal_port: 2 }])
      return { child, exit }
    }
    const signalled = await start('clean')
    signalled.child.kill('SIGTERM')
    signalled.child.kill('SIGINT')
    t.match(await signalled.exit, { code: 0, out: /stopped first[\s\S]*stopped second/ })
    const orphan = await start('clean')
    orphan.child.disconnect()
    t.match(await orphan.exit, { code: 0, out: /stopped second/ })
    t.match(await (await start('throws')).exit, { code: 1, out: /stopped second/ })
    t.match(await (await start('cannot-start')).exit, { code: 1, out: /cannot start/ })
  }
)
