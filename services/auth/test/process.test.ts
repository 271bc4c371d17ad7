import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freshDatabase } from '@trainyard/testing/postgres'
import t, { type Test } from 'tap'
import { authConfig } from '../src/config.ts'
import { migrate, newJwk, PASSWORD, PUBLIC_URL, serviceKey } from './start-auth.ts'

/** As the embedded stack starts its services. */
const QUICK = ['--import', new URL('../../../scripts/quick-imports.mjs', import.meta.url).href]
/** Compiled code of earlier starts, which makes the next one quicker. */
const CACHE = fileURLToPath(new URL('../../../.runtime/compile-cache', import.meta.url))
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function environment(url: string) {
  const own = serviceKey('auth')
  return {
    PORT: '0',
    INTERNAL_PORT: '0',
    DATABASE_URL: url,
    SERVICE_KEY: own.pem,
    SERVICE_JWKS: JSON.stringify({ keys: [own.jwk] }),
    SIGNING_KEYS: JSON.stringify([newJwk()]),
    REFRESH_KEY: 'kJ3vX9qLw2ZtR7bN5mY8cD4fG6hS1aPe',
    PUBLIC_URLS: PUBLIC_URL,
    REGISTRATION: 'open'
  }
}

t.test('a secret that is missing, empty, short or an example stops the start and is named', async (t) => {
  const good = environment('postgres://localhost/none')
  await t.resolves(authConfig(good))
  const folder = await mkdtemp(join(tmpdir(), 'ty-auth-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'empty'), '\n')
  for (const name of ['SIGNING_KEYS', 'REFRESH_KEY', 'SERVICE_KEY', 'SERVICE_JWKS', 'DATABASE_URL', 'PUBLIC_URLS']) {
    for (const [what, bad] of [['missing', undefined], ['empty', ''], ['8 letters', 'abcdefgh'], ['an example', 'change-me']]) {
      await t.rejects(authConfig({ ...good, [String(name)]: bad }), new RegExp(name), `${name} ${what}`)
    }
    const file = { ...good, [name]: undefined, [`${name}_FILE`]: join(folder, 'empty') }
    await t.rejects(authConfig(file), new RegExp(name), `${name} from an empty file`)
  } // biome-ignore format: a table
  const { x, d, ...rest } = newJwk()
  for (const keys of [
    '[]',
    '{}',
    '[{"kty":"oct","k":"AAAA"}]',
    JSON.stringify([{ ...rest, x }]),
    JSON.stringify([{ ...rest, x, d: '' }])
  ]) {
    await t.rejects(authConfig({ ...good, SIGNING_KEYS: keys }), /SIGNING_KEYS/, keys.slice(0, 30))
  }
  await t.rejects(authConfig({ ...good, REFRESH_KEY: 'change-me-'.repeat(5) }), /REFRESH_KEY/)
  await t.rejects(authConfig({ ...good, REFRESH_KEY: 'a'.repeat(64) }), /REFRESH_KEY/)
  await t.rejects(authConfig({ ...good, PASSWORD_MIN_LENGTH: '4' }), /PASSWORD_MIN_LENGTH/)
  await t.rejects(authConfig({ ...good, REGISTRATION: 'maybe' }), /REGISTRATION/)
  await t.rejects(authConfig({ ...good, PUBLIC_URLS: 'trainyard.test' }), /PUBLIC_URLS/)
  const blank = await authConfig({ ...good, REGISTRATION: '', PASSWORD_MIN_LENGTH: '' })
  t.equal(blank.REGISTRATION, 'invite', 'nothing said is not an open door')
})

async function start(t: Test, env: Record<string, string>) {
  const child = fork(MAIN, {
    execArgv: QUICK,
    env: { ...env, PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: CACHE },
    silent: true
  })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (output += chunk))
  t.teardown(() => child.kill('SIGKILL'))
  const ready = await Promise.race([once(child, 'message').then(([message]) => message), once(child, 'exit')])
  return { child, ready, output: () => output }
}

const exitCode = async (child: ChildProcess) =>
  child.exitCode === null ? (await once(child, 'exit'))[0] : child.exitCode

t.test(
  'the process serves, offers the set-up, takes SIGTERM for a stop in order, and follows its parent',
  async (t) => {
    const fresh = await freshDatabase(t, migrate)
    const folder = await mkdtemp(join(tmpdir(), 'ty-auth-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const file = join(folder, 'setup')
    const env = { ...environment(fresh.urlAs('ty_auth')), SETUP_TOKEN_FILE_OUT: file }
    const { child, ready, output } = await start(t, env)
    t.match(ready, { type: 'ready', port: Number, internal_port: Number })
    const base = `http://127.0.0.1:${ready.port}`
    t.equal((await fetch(`${base}/readyz`)).status, 200)
    t.equal((await fetch(`http://127.0.0.1:${ready.internal_port}/metrics`)).status, 200)
    t.equal((await fetch(`http://127.0.0.1:${ready.internal_port}/internal/revocations`)).status, 401)
    const token = (await readFile(file, 'utf8')).trim()
    const body = JSON.stringify({ token, email: 'root@example.org', password: PASSWORD })
    const headers = { 'content-type': 'application/json' }
    t.equal((await fetch(`${base}/api/auth/setup`, { method: 'POST', headers, body })).status, 201)
    child.kill('SIGTERM')
    t.equal(await exitCode(child), 0)
    for (const secret of [token, PASSWORD, env.REFRESH_KEY]) t.notOk(output().includes(String(secret)))

    const orphan = await start(t, env)
    t.match(orphan.ready, { type: 'ready' }, 'a second start finds its administrator')
    await t.rejects(readFile(file), 'and offers nothing')
    orphan.child.disconnect()
    t.equal(await exitCode(orphan.child), 0)
  }
)

t.test('a database without the tables stops the start with the reason', async (t) => {
  const fresh = await freshDatabase(t)
  const { child, output } = await start(t, environment(fresh.urlAs('ty_auth')))
  t.equal(await exitCode(child), 1)
  t.match(output(), /migrat/)
})
