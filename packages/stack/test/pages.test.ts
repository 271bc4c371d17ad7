import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { pages } from '../../../scripts/pages.mjs'

/** Stands for Vite: leaves the page that its source says, or fails with a line as Vite does. */
const BUILDER = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const out = process.argv[process.argv.indexOf('--outDir') + 1]
const source = readFileSync('src/main.tsx', 'utf8')
mkdirSync(out, { recursive: true })
writeFileSync(out + '/index.html', source)
if (source.includes('broken')) { console.error('main.tsx:1 is broken'); process.exit(1) }
`
const FILES = [
  'services/web/public/icon.svg',
  'services/web/index.html',
  'services/web/vite.config.ts',
  'services/web/scripts/precompress.ts',
  'services/web/scripts/start-script.ts',
  'packages/client/src/client.ts',
  'packages/contracts/src/errors.ts',
  'packages/client/package.json',
  'packages/contracts/package.json',
  'pnpm-lock.yaml'
]

t.test('the pages are built when what they are made of changed, and only then', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'trainyard pages '))
  t.teardown(() => rm(root, { recursive: true, force: true }))
  const put = async (name: string, content: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), content)
  }
  for (const name of FILES) await put(name, name)
  await put('services/web/package.json', '{"type":"module"}')
  await put('services/web/src/main.tsx', 'first')
  await put('services/web/node_modules/vite/bin/vite.js', BUILDER)
  await mkdir(join(root, '.runtime'))
  const built = () => readFile(join(root, 'services/web/dist/index.html'), 'utf8')
  const build = () => pages(root).install()

  t.equal(pages(root).present(), false, 'never built')
  await build()
  t.equal(await built(), 'first')
  t.equal(pages(root).present(), true, 'a second start builds nothing')

  for (const name of [...FILES, 'services/web/src/main.tsx']) {
    await appendFile(join(root, name), ' ')
    t.equal(pages(root).present(), false, `${name} counts`)
    await build()
    t.equal(pages(root).present(), true)
  }
  await rename(join(root, 'packages/client/src/client.ts'), join(root, 'packages/client/src/other.ts'))
  t.equal(pages(root).present(), false, 'a file that moved counts')
  await build()
  await put('services/web/test/a.test.ts', 'x')
  t.equal(pages(root).present(), true, 'a test does not')

  await put('services/web/src/main.tsx', 'broken')
  await t.rejects(build(), /Building the pages failed: .*\n {2}main\.tsx:1 is broken/)
  t.match(await built(), /^first/, 'what was built before is whole and still there')
  t.equal(pages(root).present(), false)
  await put('services/web/src/main.tsx', 'mended')
  await build()
  t.equal(await built(), 'mended')
})
