import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@trainyard/testing/eventually'
import { freePort } from '@trainyard/testing/ports'
import t from 'tap'
import { tryLock } from '../../../scripts/lock.mjs'
import { projectRoot } from '../src/paths.ts'
import { processStart } from '../src/processes/process-table.ts'
import { readLines } from '../src/processes/read-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard start '))
t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
const startLimitMs = 90_000
// Several starts of everything, on a machine that may be busy with other files.
t.setTimeout(240_000)

type Start = { child: ChildProcess; lines: string[]; exited: Promise<number | null> }

/** `npm start` as npm runs it, or the supervisor alone. */
function start(args: string[], script = 'scripts/bootstrap.mjs', env: Record<string, string> = {}): Start {
  const rest = script === 'scripts/bootstrap.mjs' ? ['start', ...args] : args
  const child = spawn(process.execPath, [join(projectRoot, script), ...rest], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env }
  })
  const lines: string[] = []
  readLines(child.stdout, (line) => lines.push(line))
  readLines(child.stderr, (line) => lines.push(line))
  return { child, lines, exited: once(child, 'close').then(([code]) => code) }
}

async function untilRunning({ child, lines }: Start): Promise<string> {
  return eventually(() => {
    if (child.exitCode !== null) throw new Error(lines.join('\n'))
    // The last of what is announced: lines come one by one.
    if (!lines.includes('  Ctrl-C stops everything in order.')) return undefined
    return lines.find((line) => line.startsWith('Trainyard runs at '))?.split(' ')[3]
  }, startLimitMs)
}

/** Every process of the platform that lives on `data`, by name. */
function processes(data: string): Map<string, number> {
  const files = readdirSync(join(data, 'run')).filter((name) => name.endsWith('.json'))
  return new Map(
    files.map((file) => [file.slice(0, -5), JSON.parse(readFileSync(join(data, 'run', file), 'utf8')).pid])
  )
}

const alive = (pids: Iterable<number>) => [...pids].filter((pid) => processStart(pid) !== '')

async function post(url: string, path: string, body: object) {
  const reply = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  return { status: reply.status, body: await reply.text() }
}

t.test('what stands in the way is one sentence, and nothing is half-started', async (t) => {
  const refused = async (args: string[], env?: Record<string, string>) => {
    const { lines, exited } = start(args, 'packages/stack/src/main.ts', env)
    t.equal(await exited, 1)
    t.equal(lines.length, 1, lines.join('\n'))
    return lines[0]
  }
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const data = join(folder, 'taken port')
  t.match(await refused(['--data', data, '--port', String(port)]), /^Port \d+ is taken .* --port \d+$/)
  t.strictSame(processes(data).size, 0)
  t.match(await refused(['--data', data, '--host', '192.0.2.1']), /^192\.0\.2\.1 is not an address/)
  writeFileSync(join(folder, 'a file'), '')
  t.match(await refused(['--data', join(folder, 'a file', 'data')]), /^The data folder .* cannot be written/)
  if (process.platform === 'linux') {
    t.match(await refused(['--data', '/proc/none/data']), /^The data folder .* cannot be written/)
  }
  const badly = join(folder, 'bad setting')
  const free = String(await freePort())
  t.equal(
    await refused(['--data', badly, '--port', free, '--workers', '0'], { LEASE_SECONDS: 'soon' }),
    'job could not start: Bad configuration: LEASE_SECONDS must be a number from 1 to 3,600. ' +
      `Put that right and start again; more is in ${join(badly, 'logs', 'job.log')}.`
  )
  t.match(readFileSync(join(badly, 'logs', 'job.log'), 'utf8'), /"level":"fatal".*"stack"/)
  t.strictSame(processes(badly).size, 0)
  t.match(await refused(['--data', '']), /^--data takes a folder, and it is empty\. Usage/)
  t.match(await refused(['--port', 'x']), /^--port takes a whole number/)
  t.match(await refused(['--prot', '1']), /^Unknown option '--prot'.* Usage: npm start/)
})

t.test('Ctrl-C in the middle of a first start, also twice, is a stop in order', async (t) => {
  const data = join(folder, 'interrupted')
  const moments = process.env.TEST_FULL === '1' ? [0, 200, 400, 600, 800, 1_000, 1_500, 2_500] : [400]
  for (const ms of moments) {
    rmSync(data, { recursive: true, force: true })
    const args = ['--data', data, '--port', String(await freePort()), '--workers', '0']
    const { child, lines, exited } = start(args, 'packages/stack/src/main.ts')
    const log = join(data, 'logs', 'postgres.log')
    await eventually(
      () => existsSync(log) && readFileSync(log, 'utf8').includes('ready to accept'),
      startLimitMs
    )
    const running = processes(data)
    await sleep(ms)
    for (let i = 0; i < 2; i++) process.kill(-(child.pid ?? 0), 'SIGINT')
    t.equal(await exited, 0, lines.join('\n'))
    t.strictSame(
      lines.filter((line) => /Error|^ +at /.test(line)),
      [],
      `${ms} ms after the database answers`
    )
    t.strictSame(alive(running.values()), [])
  }
})

t.test('the platform starts, heals, stops in order, and finds its data again', async (t) => {
  t.setTimeout(240_000)
  const data = join(folder, 'my data')
  const port = await freePort()
  const args = ['--data', data, '--port', String(port)]
  const person = { email: 'ada@example.org', password: 'a long and private sentence' }

  const first = start(args)
  t.teardown(() => first.child.kill('SIGKILL'))
  const url = await untilRunning(first)
  t.equal(url, `http://127.0.0.1:${port}`)
  const setUp = first.lines.find((line) => line.startsWith('  set up'))
  t.match(setUp, `${url}/setup#token=`)
  t.match(
    first.lines.find((line) => line.startsWith('  data')),
    data
  )
  const names = [
    'auth',
    'dataset',
    'gateway',
    'job',
    'postgres',
    's3-artifacts',
    's3-datasets',
    'valkey',
    'worker-1'
  ]
  const running = processes(data)
  t.strictSame([...running.keys()].sort(), names)
  for (const file of readdirSync(join(data, 'secrets'))) {
    t.equal(statSync(join(data, 'secrets', file)).mode & 0o777, 0o600, `${file} is private`)
  }

  const logs = readdirSync(join(data, 'logs')).map((file) => readFileSync(join(data, 'logs', file), 'utf8'))
  t.strictSame(
    logs.flatMap((text) => text.match(/^.*"level":"(warn|error|fatal)".*$/gm) ?? []),
    [],
    'a start warns of nothing'
  )

  const second = start(['--data', data, '--port', String(await freePort())], 'packages/stack/src/main.ts')
  t.equal(await second.exited, 1)
  t.match(second.lines.join('\n'), /^Trainyard is already running on .* \(process \d+\)/)
  t.equal((await post(url, '/api/auth/register', person)).status, 201)

  process.kill(running.get('dataset') ?? 0, 'SIGKILL')
  await eventually(() => first.lines.includes('dataset runs again'), startLimitMs)
  t.ok(first.lines.some((line) => line.startsWith('dataset was ended by SIGKILL; starting it again in')))
  const dataset = processes(data).get('dataset')
  t.not(dataset, running.get('dataset'))

  // The supervisor, not the bootstrap: what runs below it is nobody's then.
  const left = processes(data)
  const { holder = 0 } = await tryLock('data', data)
  process.kill(holder, 'SIGKILL')
  await first.exited
  await eventually(() => alive(left.values()).length === 0, 30_000)
  t.pass('everything below it ends by itself')
  const next = start(args)
  t.teardown(() => next.child.kill('SIGKILL'))
  await untilRunning(next)
  t.equal((await post(url, '/api/auth/login', person)).status, 200, 'who registered signs in again')

  // Ctrl-C in a terminal, by somebody impatient: the whole foreground group, several times.
  const last = processes(data)
  for (let i = 0; i < 3; i++) process.kill(-(next.child.pid ?? 0), 'SIGINT')
  t.equal(await next.exited, 0)
  t.match(next.lines.slice(-2), ['Stopping …', 'Stopped.'])
  t.strictSame(alive(last.values()), [], 'no process is left')

  if (process.env.TEST_FULL !== '1') return
  const killed = start(args)
  t.teardown(() => killed.child.kill('SIGKILL'))
  await untilRunning(killed)
  const those = processes(data)
  process.kill((await tryLock('data', data)).holder ?? 0, 'SIGKILL')
  const closing = start(args)
  t.teardown(() => closing.child.kill('SIGKILL'))
  await untilRunning(closing)
  t.strictSame(alive(those.values()), [], 'a start at once ends what is still ending')
  const final = processes(data)
  // A terminal that closes: nobody reads any more, then the signal.
  closing.child.stdout?.destroy()
  closing.child.kill('SIGHUP')
  t.equal(await closing.exited, 0)
  t.strictSame(alive(final.values()), [], 'a closed terminal is a stop like any other')
})
