import { join, resolve } from 'node:path'
import { startOptions } from '../../../scripts/start-options.mjs'
import { devAddresses, refuseTakenDevPort, startDevPages } from './dev-pages.ts'
import { projectRoot } from './paths.ts'
import { Sentence } from './sentence.ts'
import type { Stack } from './stack.ts'
import { startStack } from './start-stack.ts'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function announce(stack: Stack, say: (line: string) => void) {
  const { setupUrl } = stack
  say(`Trainyard runs at ${stack.url} (ready in ${seconds(stack.timings.ready)})`)
  say(`  data      ${stack.dataDir}`)
  if (setupUrl) say(`  set up    ${setupUrl} (once; there is no administrator yet)`)
  say('  Ctrl-C stops everything in order.')
}

const stopping = new AbortController()
/** A terminal that was closed takes no more lines: writing then fails with EIO, and that is a stop like any other. */
let silent = false
const say = (line: string) => {
  if (!silent) process.stdout.write(`${line}\n`)
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => {
    silent = true
    stopping.abort()
  })
}

/** Repeated signals are one signal: one Ctrl-C arrives several times through npm and the bootstrap. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)
  process.on(signal, () => stopping.abort())
if (process.connected) process.once('disconnect', () => stopping.abort())

const untilStopped = new Promise<void>((done) =>
  stopping.signal.addEventListener('abort', () => done(), { once: true })
)

/** The pages of the development server come first: they are what a developer opens. */
const withDevAddresses = (env: NodeJS.ProcessEnv, port: number) => ({
  ...env,
  PUBLIC_URLS: [...devAddresses(port), env.PUBLIC_URLS ?? ''].filter(Boolean).join(',')
})

async function run() {
  const options = startOptions(process.argv.slice(2))
  const { port, host, workers, dev, pagesPort } = options
  if (dev) await refuseTakenDevPort(pagesPort)
  const stack = await startStack({
    dataDir: resolve(process.env.INIT_CWD ?? process.cwd(), options.data ?? join(projectRoot, '.trainyard')),
    port,
    host,
    workers,
    log: say,
    env: dev ? withDevAddresses(process.env, pagesPort) : process.env,
    watch: dev,
    signal: stopping.signal
  })
  const gateway = `http://127.0.0.1:${port}`
  const stopPages = dev ? startDevPages({ gateway, port: pagesPort, env: process.env, say }) : undefined
  announce(stack, say)
  process.once('uncaughtException', (error) => {
    process.exitCode = 1
    process.stderr.write(`${error.stack ?? error}\n`)
    stopping.abort()
  })
  void stack.trainerWarm().then((warm) => {
    if (warm !== undefined && !stopping.signal.aborted) say(`  The trainer is warm (${warm.toFixed(1)} s).`)
  })
  await untilStopped
  say('Stopping …')
  await Promise.all([stopPages?.(), stack.stop()])
  say('Stopped.')
}

try {
  await run()
} catch (error) {
  const stopped = stopping.signal.aborted
  if (!stopped)
    process.stderr.write(`${error instanceof Sentence ? error.message : (error as Error).stack}\n`)
  process.exitCode = stopped ? 0 : 1
} finally {
  // The channel to the bootstrap and a pending question to the trainer would keep the process alive.
  if (process.connected) process.disconnect()
  process.exit()
}
