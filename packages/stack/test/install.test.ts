import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@trainyard/testing/eventually'
import { freePort } from '@trainyard/testing/ports'
import t from 'tap'
import { projectRoot, pythonBinary } from '../src/paths.ts'
import { readLines } from '../src/processes/read-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard install '))
t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
t.setTimeout(600_000)
const isFull = process.env.TEST_FULL === '1'
const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

function run(command: string[], env: Record<string, string | undefined>, cwd = folder) {
  const [file = '', ...args] = command
  const child = spawn(file, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  readLines(child.stdout, (line) => lines.push(line))
  readLines(child.stderr, (line) => lines.push(line))
  t.teardown(() => child.kill('SIGKILL'))
  return { child, lines, exited: once(child, 'close').then(([code]) => code as number | null) }
}

/** A checkout with the scripts alone: `npx` stands for the installer, and one script for all that comes after it. */
function checkout(name: string, npx: string) {
  const root = join(folder, name)
  for (const part of ['scripts', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    cpSync(join(projectRoot, part), join(root, part), { recursive: true })
  mkdirSync(join(root, 'packages/testing/src/run'), { recursive: true })
  writeFileSync(join(root, 'packages/testing/src/run/check.ts'), 'console.log("handed over")\n')
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin/npx'), `#!/bin/sh\necho called >> "$PWD/calls"\n${npx}\n`)
  chmodSync(join(root, 'bin/npx'), 0o755)
  const env = { PATH: `${join(root, 'bin')}:${process.env.PATH}`, HOME: root }
  return {
    calls: () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').length,
    check: () => run([process.execPath, join(root, 'scripts/bootstrap.mjs'), 'check'], env, root)
  }
}

t.test('of two installs at once the second waits, says for whom, and has nothing left to do', async (t) => {
  const { check, calls } = checkout('twice', 'sleep 1.5 && mkdir -p node_modules')
  const first = check()
  await eventually(() => first.lines.some((line) => line.startsWith('Installing the Node packages')), 20_000)
  const second = check()
  t.same(await Promise.all([first.exited, second.exited]), [0, 0])
  t.same(second.lines, [
    `Another process (${first.child.pid}) is installing into this folder; waiting for it.`,
    'handed over'
  ])
  t.equal(first.lines.at(-1), 'handed over')
  t.equal(calls(), 1)
  const third = check()
  t.equal(await third.exited, 0)
  t.same(third.lines, ['handed over'], 'once installed the installer is not asked')
  t.equal(calls(), 1)
})

t.test('an install without network is a sentence, and the next start tries again', async (t) => {
  const { check, calls } = checkout('offline', 'echo "getaddrinfo ENOTFOUND registry.example" >&2; exit 1')
  for (const tries of [1, 2]) {
    const { exited, lines } = check()
    t.equal(await exited, 1)
    t.equal(calls(), tries)
    t.match(lines, [
      /^Installing the Node packages/,
      'Installing the Node packages failed: npx ended with 1. It needs the network once; start again.',
      /ENOTFOUND/
    ])
    t.notOk(
      lines.some((line) => /^ +at /.test(line)),
      'no stack'
    )
  }
})

/** Addresses that refuse, for whatever would ask a registry or go through a proxy. */
const refusing = 'http://127.0.0.1:9'
const offline = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  npm_config_registry: refusing,
  PIP_INDEX_URL: refusing,
  HTTPS_PROXY: refusing,
  NO_PROXY: '127.0.0.1,localhost'
}
const bootstrap = join(projectRoot, 'scripts/bootstrap.mjs')

/** A network of its own with nothing but loopback, which only root may have without becoming another user. */
const cutOff = ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
const mayCutOff = isRoot && spawnSync(cutOff[0] ?? '', [...cutOff.slice(1), 'true']).status === 0

if (isFull) {
  t.test('after the install a model is trained without any network', async (t) => {
    t.comment(
      mayCutOff ? 'in a network namespace' : 'the kernel gives no network namespace: refusing addresses'
    )
    const demo = [process.execPath, bootstrap, 'demo']
    const { exited, lines } = run(mayCutOff ? [...cutOff, ...demo] : demo, offline)
    t.equal(await exited, 0, lines.join('\n'))
    t.notMatch(lines.join('\n'), /Installing/)
  })

  t.test('the platform runs as a user who owns nothing but the data folder', async (t) => {
    const home = join(folder, 'home')
    mkdirSync(home, { mode: 0o700 })
    const script = join(projectRoot, 'packages/stack/src/main.ts')
    const as = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--']
    const may = (...command: string[]) => spawnSync(as[0] ?? '', [...as.slice(1), ...command]).status === 0
    const canRead = isRoot && may('sh', '-c', 'cat "$0" > /dev/null', script)
    const who = canRead ? as : []
    t.comment(
      canRead
        ? 'as nobody'
        : `as ${isRoot ? 'root: others may not read this folder' : 'who runs the tests, not root'}`
    )
    // By a shell: setpriv itself still has root's rights when it opens what it starts.
    // The Python that the install found may lie in a folder that is root's alone.
    const workers = canRead && !may('sh', '-c', '"$0" -c ""', pythonBinary) ? '0' : '1'
    t.comment(`with ${workers} worker`)
    if (canRead) {
      chmodSync(folder, 0o755)
      chownSync(home, NOBODY, NOBODY)
    }
    const args = ['--data', join(home, 'data'), '--port', String(await freePort()), '--workers', workers]
    const { child, exited, lines } = run(
      [...who, process.execPath, script, ...args],
      { ...offline, HOME: home },
      home
    )
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(lines.join('\n'))
      return lines.some((line) =>
        line.includes(workers === '1' ? 'The trainer is warm' : 'Trainyard runs at')
      )
    }, 180_000)
    child.kill('SIGINT')
    t.equal(await exited, 0)
    t.match(lines.slice(-2), ['Stopping …', 'Stopped.'])
  })
}
