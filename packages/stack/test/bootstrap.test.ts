import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import t from 'tap'
import { projectRoot } from '../src/paths.ts'

/** A checkout in which nothing was installed. */
const root = join(mkdtempSync(join(tmpdir(), 'bare machine ')), 'project')
t.teardown(() => rmSync(join(root, '..'), { recursive: true, force: true }))
const installed = /^(\.git|\.runtime|\.trainyard|\.tap|node_modules|dist|screenshots)$/
cpSync(projectRoot, root, { recursive: true, filter: (path) => !installed.test(basename(path)) })

/** Where nothing but Node is found; `python` is what answers when asked for its version. */
function bootstrap(args: string[], python?: { name: string; says: string }) {
  const path = mkdtempSync(join(root, '..', 'path-'))
  symlinkSync(process.execPath, join(path, 'node'))
  if (python) writeFileSync(join(path, python.name), `#!/bin/sh\necho ${python.says}\n`, { mode: 0o755 })
  const run = (env = {}) =>
    spawnSync(process.execPath, [join(root, 'scripts/bootstrap.mjs'), 'start', ...args], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: path, ...env }
    })
  return { path, run }
}

t.test('what cannot be is one sentence before anything is installed', (t) => {
  const said = ({ status, stdout, stderr }: ReturnType<ReturnType<typeof bootstrap>['run']>) => {
    t.equal(status, 1)
    t.equal(stdout, '')
    t.equal(stderr.trim().split('\n').length, 1, stderr)
    return stderr
  }
  t.match(said(bootstrap([]).run()), /^Trainyard needs Python 3\.11 or later and found none\. Install it/)
  t.match(
    said(bootstrap([], { name: 'python3', says: '3 9 1' }).run()),
    /^Trainyard needs Python 3\.11 or later and found only 3\.9 \(python3\)\. Install it/
  )
  t.match(
    said(bootstrap([], { name: 'python3', says: '3 12 0' }).run()),
    /^Python 3\.12 \(python3\) lacks its venv module\. Install it/
  )
  t.match(
    said(bootstrap([], { name: 'python3', says: '3 12 1' }).run({ TRAINYARD_PYTHON: '/not/there' })),
    /TRAINYARD_PYTHON names \/not\/there, which is none\. Change it/
  )
  t.match(said(bootstrap(['--port', '0']).run()), /^--port takes a whole number from 1 to 65535, not "0"/)
  t.match(said(bootstrap(['--data', '']).run()), /^--data takes a folder, and it is empty/)
  for (const made of ['.runtime', 'node_modules', '.trainyard']) t.notOk(existsSync(join(root, made)), made)
  t.end()
})

t.test('--help says how the platform is started', (t) => {
  const { status, stdout } = bootstrap(['--help']).run()
  t.equal(status, 0)
  t.match(stdout, /^Usage: npm start -- \[--port 3000\]/)
  t.end()
})
