import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@trainyard/client/client'
import { ApiError } from '@trainyard/client/errors'
import { Sentence } from '@trainyard/stack/sentence'
import type { Stack } from '@trainyard/stack/stack'
import { startStack } from '@trainyard/stack/start-stack'
import { demoOptions } from './options.ts'
import type { Screen } from './progress.ts'
import { seconds, timelineTable } from './report.ts'
import { tellStory } from './story.ts'

const stopping = new AbortController()
/** A terminal that was closed takes no more lines. */
let silent = false
const { stdout } = process
const screen: Screen = {
  write: (text) => {
    if (!silent) stdout.write(text)
  },
  width: () => (stdout.isTTY ? stdout.columns : undefined)
}
const say = (line: string) => screen.write(`${line}\n`)

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    silent = true
    stopping.abort(new Sentence('Nobody reads the output any more.'))
  })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
  process.on(signal, () => stopping.abort(new Sentence('Interrupted.')))
}
if (process.connected) process.once('disconnect', () => stopping.abort(new Sentence('Interrupted.')))

const untilStopped = () =>
  new Promise<void>((done) => {
    if (stopping.signal.aborted) return done()
    stopping.signal.addEventListener('abort', () => done(), { once: true })
  })

function addresses({ url }: Stack) {
  say(`  the platform     ${url}`)
  say(`  API docs         ${url}/api-docs`)
  say(`  queue dashboard  ${url}/admin/queues (administrators)`)
}

async function keepRunning(stack: Stack) {
  say('The platform keeps running (--keep); Ctrl-C stops it and removes its data.')
  if (stack.setupUrl) say(`  first administrator  ${stack.setupUrl}`)
  await untilStopped()
}

async function run(dataDir: string) {
  const begin = performance.now()
  const options = demoOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd())
  say('Starting the platform …')
  const stack = await startStack({
    dataDir: join(dataDir, 'data'),
    port: 0,
    log: say,
    env: process.env,
    // The demo registers somebody, whatever this machine's platform allows otherwise.
    overrides: { auth: { REGISTRATION: 'open' } },
    signal: stopping.signal
  })
  try {
    say(`Ready in ${seconds(stack.timings.ready)}.`)
    // Notes in `timings` when the trainer was warm; nobody waits for that here.
    void stack.trainerWarm()
    const folder = join(dataDir, 'model')
    await mkdir(folder)
    const client = createClient({ baseUrl: stack.url })
    const parts = await tellStory({ ...options, client, screen, folder, signal: stopping.signal })
    const total = performance.now() - begin
    const { trainer } = stack.timings
    say('Where the seconds went:')
    for (const line of timelineTable([{ name: 'start', ms: stack.timings.ready }, ...parts], total)) say(line)
    if (trainer !== undefined) say(`  (Python's imports were done ${seconds(trainer)} after the start.)`)
    addresses(stack)
    if (options.keep) await keepRunning(stack)
  } finally {
    say('Stopping …')
    await stack.stop()
  }
}

/** One sentence where a person can do something about it, everything where only a programmer can. */
function reason(error: unknown): string {
  if (error instanceof Sentence) return error.message
  if (!(error instanceof ApiError))
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const details = error.details.map(({ pointer, message }) => `\n  ${pointer}: ${message}`)
  return `${error.message} (${error.code})${details.join('')}`
}

const dataDir = await mkdtemp(join(tmpdir(), 'trainyard-demo-'))
try {
  await run(dataDir)
} catch (error) {
  process.stderr.write(`${reason(stopping.signal.reason ?? error)}\n`)
  process.exitCode = 1
} finally {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  if (process.connected) process.disconnect()
  process.exit()
}
