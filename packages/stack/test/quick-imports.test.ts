import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { projectRoot } from '../src/paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'quick imports '))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}
cpSync(join(projectRoot, 'scripts/quick-imports.mjs'), join(folder, 'scripts/quick-imports.mjs'), {
  recursive: true
})
const preload = pathToFileURL(join(folder, 'scripts/quick-imports.mjs')).href
const run = () =>
  execFileSync(process.execPath, [`--import=${preload}`, join(folder, 'main.mjs')], {
    encoding: 'utf8'
  }).trim()
const exports = (file: string) => JSON.stringify({ name: 'pkg', version: '1.0.0', exports: file })

write('node_modules/.pnpm/lock.yaml', 'first')
write('node_modules/pkg/package.json', exports('./old.cjs'))
write('node_modules/pkg/old.cjs', `module.exports = 'old ' + require('./part') + require('./data.json').n`)
write('node_modules/pkg/part.js', `module.exports = require('node:path').basename(__filename)`)
write('node_modules/pkg/data.json', '{"n":1}')
write('node_modules/pkg/new.mjs', `export default 'new'`)
write('own.mjs', `export const own = 1`)
// Not written out, so that the check of imports does not read it as one of this file.
const ofPackage = JSON.stringify('pkg')
write('main.mjs', `import pkg from ${ofPackage}; import { own } from './own.mjs'; console.log(pkg, own)`)

t.test('imports of packages are looked up once and again after an install, our own every time', async (t) => {
  t.equal(run(), 'old part.js1 1')
  write('node_modules/pkg/package.json', exports('./new.mjs'))
  t.equal(run(), 'old part.js1 1', 'kept')
  write('own.mjs', `export { own } from './moved.mjs'`)
  write('moved.mjs', `export const own = 2`)
  t.equal(run(), 'old part.js1 2')
  write('node_modules/.pnpm/lock.yaml', 'second')
  t.equal(run(), 'new 2')
  t.equal(run(), 'new 2')
})

t.test('a file of kept imports that was cut short, or cannot be written, changes nothing', async (t) => {
  const kept = join(folder, '.runtime/import-cache')
  t.same(readdirSync(kept), ['main.mjs.json'])
  write('.runtime/import-cache/main.mjs.json', '{"installed"')
  t.equal(run(), 'new 2')
  rmSync(kept, { recursive: true })
  write('.runtime/import-cache', 'a file where the folder should be')
  t.equal(run(), 'new 2')
})

t.test('without a record of what is installed nothing is kept', async (t) => {
  rmSync(join(folder, 'node_modules/.pnpm'), { recursive: true })
  rmSync(join(folder, '.runtime'), { recursive: true })
  t.equal(run(), 'new 2')
  t.notOk(readdirSync(folder).includes('.runtime'))
})
