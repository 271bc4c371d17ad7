// Plain JavaScript for any Node from 20 on: installs what is missing into this folder, then hands over to Node 24.
// node scripts/bootstrap.mjs start|dev|demo|test|check|bench|docs [arguments]
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { handOver } from './hand-over.mjs'
import { tryLock } from './lock.mjs'
import { nodeBinary, nodePackages } from './node-packages.mjs'
import { pages } from './pages.mjs'
import { pythonPackages } from './python-packages.mjs'
import { say, seconds } from './say.mjs'
import { Sentence } from './sentence.mjs'
import { servers } from './servers.mjs'
import { startOptions, startUsage } from './start-options.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** For a supervisor that mostly waits: a small young generation and a bounded heap. */
const lean = [
  '--max-semi-space-size=2',
  '--max-old-space-size=160',
  `--import=${new URL('quick-imports.mjs', import.meta.url).href}`
]

const platform = {
  script: 'packages/stack/src/main.ts',
  python: 'run',
  flags: lean,
  options: startOptions,
  usage: startUsage
}

/**
 * What each command runs and which Python packages it needs; those that start the platform need its pages too.
 * `options` refuses what it does not understand, before anything is installed.
 */
const commands = {
  start: { ...platform, args: [] },
  dev: { ...platform, args: ['--dev'] },
  demo: { script: 'packages/demo/src/main.ts', python: 'run', flags: [] },
  bench: { script: 'packages/bench/src/main.ts', python: 'run', flags: [] },
  test: { script: 'packages/testing/src/run/main.ts', python: 'test', flags: [] },
  check: { script: 'packages/testing/src/run/check.ts', python: undefined, flags: [] },
  docs: { script: 'scripts/docs.ts', python: 'run', flags: [] }
}

const minute = 60_000

/** Two installs into one folder at once would ruin both: the second waits for the first. */
async function withInstallLock(work) {
  const runtime = join(root, '.runtime')
  mkdirSync(runtime, { recursive: true })
  let said = false
  for (const start = Date.now(); Date.now() - start < 60 * minute; ) {
    const lock = await tryLock('install', runtime)
    if (lock.release) {
      try {
        return await work()
      } finally {
        lock.release()
      }
    }
    if (!said) say(`Another process (${lock.holder}) is installing into this folder; waiting for it.`)
    said = true
    await sleep(500)
  }
  throw new Sentence(
    'Another process has been installing into this folder for an hour. End it and start again.'
  )
}

async function installMissing(parts) {
  const missing = parts.filter((part) => !part.present())
  if (missing.length === 0) return
  // Before anything is installed: what would fail after minutes of it.
  for (const part of missing) part.possible?.()
  await withInstallLock(async () => {
    for (const part of parts) {
      if (part.present()) continue
      say(part.announce ?? `Installing ${part.what} into ${part.where} (once; ${part.size}) …`)
      const start = Date.now()
      await part.install()
      say(`  ${part.done ?? `installed ${part.what}`} in ${seconds(Date.now() - start)}`)
    }
  })
}

async function main([name, ...args]) {
  const command = commands[name]
  if (!command) throw new Sentence(`Usage: npm run ${Object.keys(commands).join(' | ')}`)
  if (command.usage && (args.includes('--help') || args.includes('-h'))) {
    process.stdout.write(`${command.usage}\n`)
    return 0
  }
  command.options?.([...command.args, ...args])
  const start = Date.now()
  const python = command.python
    ? [pythonPackages(root, command.python, process.env), servers(root), pages(root)]
    : []
  await installMissing([nodePackages(root), ...python])
  const timed = name === 'test' ? [`--install-ms=${Date.now() - start}`] : []
  const script = join(root, command.script)
  return handOver(nodeBinary(root), [...command.flags, script, ...(command.args ?? []), ...timed, ...args], {
    // Compiled code of earlier runs: types are stripped and scripts compiled once.
    env: { NODE_COMPILE_CACHE: join(root, '.runtime/compile-cache'), ...process.env }
  })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  say(error instanceof Sentence ? error.message : (error.stack ?? String(error)))
  process.exitCode = 1
}
