import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@trainyard/testing/eventually'
import { freePort } from '@trainyard/testing/ports'
import t from 'tap'
import { startChild } from '../src/processes/child.ts'
import type { ProcessDefinition } from '../src/processes/definition.ts'
import { processStart } from '../src/processes/process-table.ts'
import { runRecords } from '../src/processes/run-records.ts'
import { processTree } from '../src/processes/tree.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard supervision '))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

const alive = (pid: number | undefined) => pid !== undefined && processStart(pid) !== ''

/** A small server; `extra` runs in it. */
async function server(name: string, extra = '', stopRank = 0): Promise<ProcessDefinition> {
  const port = await freePort()
  const script = join(folder, `${name}.mjs`)
  writeFileSync(
    script,
    `import { createServer } from 'node:http'
     createServer((_, reply) => reply.end('ok')).listen(${port}, '127.0.0.1')
     process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(0) })
     ${extra}`
  )
  return {
    name,
    launch: () => ({ command: process.execPath, args: [script], env: {}, ipc: true }),
    ready: async (signal) => (await fetch(`http://127.0.0.1:${port}`, { signal })).ok,
    readyLimitMs: 5_000,
    stopSignal: 'SIGTERM',
    stopLimitMs: 500,
    stopRank
  }
}

function newTree(run = mkdtempSync(join(folder, 'run '))) {
  const said: string[] = []
  const lines: string[] = []
  const records = runRecords(run)
  const tree = processTree({
    say: (line) => said.push(line),
    onLine: (name, line) => lines.push(`${name}: ${line}`),
    records
  })
  return { tree, said, lines, records, run }
}

t.test('a process that dies is started again, and that is said', async (t) => {
  const { tree, said, run } = newTree()
  t.teardown(tree.stop)
  const one = await tree.start(await server('one'))
  const first = one.pid
  one.kill()
  await one.ready()
  t.ok(alive(one.pid) && one.pid !== first)
  t.match(said, [/^one was ended by SIGKILL; starting it again in 0\.3 s$/, /^one runs again$/])
  one.kill()
  await one.ready()
  t.match(said[2], /in 0\.5 s/, 'the second time it waits longer')
  t.strictSame(readdirSync(run), ['one.json'])
  await one.stop()
  t.equal(one.pid, undefined)
  t.strictSame(readdirSync(run), [], 'a process that was stopped leaves no record')
  await one.start()
  t.ok(alive(one.pid), 'and can be started again')
  await one.restart()
  t.ok(alive(one.pid))
})

t.test('a process that is paused answers nothing, goes on, and stops all the same', async (t) => {
  const { tree } = newTree()
  t.teardown(tree.stop)
  const definition = await server('sleeper')
  const one = await tree.start(definition)
  const { pid } = one
  one.pause()
  await t.rejects(definition.ready(AbortSignal.timeout(200)))
  one.resume()
  await eventually(() => definition.ready(AbortSignal.timeout(200)))
  one.pause()
  await one.stop()
  t.notOk(alive(pid))
})

t.test('processes stop by rank, and one that does not listen is killed with what it started', async (t) => {
  const { tree, lines } = newTree()
  const stubborn = `
    import { spawn } from 'node:child_process'
    process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {})
    const below = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true })
    console.log('below', below.pid)`
  await Promise.all([tree.start(await server('last', '', 2)), tree.start(await server('first', '', 1))])
  const deaf = await tree.start(await server('deaf', stubborn, 0))
  const { pid } = deaf
  const below = Number(
    lines
      .find((line) => line.startsWith('deaf: below'))
      ?.split(' ')
      .at(-1)
  )
  t.ok(alive(below))
  await Promise.all([tree.stop(), tree.stop()])
  await eventually(() => !alive(pid) && !alive(below))
  t.match(
    lines.filter((line) => !line.includes('below')),
    [
      'deaf: still running 500 ms after it was told to stop: killed',
      'first: asked to stop',
      'last: asked to stop'
    ]
  )
  await t.rejects(tree.start(await server('late')), { message: /everything stops/ })
})

t.test('a process that cannot start says why', async (t) => {
  const { tree } = newTree()
  t.teardown(tree.stop)
  const broken = await server('broken', `throw new Error('no such table')`)
  await t.rejects(tree.start(broken), {
    message: /^broken could not start: Error: no such table$/
  })
  const silent = { ...(await server('silent')), ready: async () => false, readyLimitMs: 300 }
  await t.rejects(startChild(silent), { message: /^silent was not ready after 0\.3 s/ })
  const missing = { ...(await server('missing')), launch: () => ({ command: '/no/such', args: [], env: {} }) }
  await t.rejects(startChild(missing), { message: /^missing could not start .*: cannot start \/no\/such/ })
  const logged = await server(
    'logged',
    `const err = { message: 'Bad configuration:\\n  A is missing\\n  B too', stack: 'at here', cause: { message: 'x y' } }
    console.log(JSON.stringify({ level: 'fatal', err, msg: 'cannot start' }))
    console.log(JSON.stringify({ level: 'info', msg: 'stopping' }))
    process.exit(1)`
  )
  await t.rejects(startChild(logged), {
    message: 'logged could not start: Bad configuration: A is missing; B too: x y',
    cause: { message: /at here/ }
  })
})

t.test('the next start ends exactly what a killed supervisor left', async (t) => {
  const run = mkdtempSync(join(folder, 'run '))
  const { records } = newTree(run)
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const orphan = spawn(
    process.execPath,
    ['-e', `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore']
    }
  )
  t.teardown(() => bystander.kill('SIGKILL'))
  await once(orphan.stdout, 'data')
  records.write('orphan', orphan.pid ?? 0, 'SIGTERM')
  writeFileSync(
    join(run, 'bystander.json'),
    JSON.stringify({ pid: bystander.pid, start: 'another boot 1', stop_signal: 'SIGTERM' })
  )
  writeFileSync(join(run, 'torn.json'), '{ "pid": 1')
  // Stopped, and deaf to TERM: only the kill after the grace ends it.
  orphan.kill('SIGSTOP')
  t.equal(await records.reap(), 1)
  t.notOk(alive(orphan.pid))
  t.ok(alive(bystander.pid), 'a process that merely got the same id is left alone')
  t.strictSame(readdirSync(run), [])
})
