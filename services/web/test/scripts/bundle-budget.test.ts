// @vitest-environment node
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { weigh } from '../../scripts/bundle-budget.ts'

const dist = join(import.meta.dirname, '../../dist')

test('the first visit of every page stays within its budget', () => {
  expect(existsSync(dist), 'services/web/dist is missing: npm start or npm test builds it').toBe(true)
  for (const { name, kib, budget } of weigh(dist))
    expect.soft(kib, `${name}: ${kib.toFixed(1)} KiB of gzip`).toBeLessThanOrEqual(budget)
})

test('what two modules share is weighed once, and a module that is gone is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-budget-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, '.vite'))
  const page = { file: 'page.js', imports: ['_shared.js'] }
  const names = [
    'app/shell',
    ...['overview', 'datasets', 'jobs', 'job', 'train'].map((name) => `features/${name}/page`)
  ]
  const manifest = {
    'index.html': { file: 'index.js', imports: ['_shared.js'], css: ['a.css'] },
    '_shared.js': { file: 'shared.js', imports: ['index.html'] },
    ...Object.fromEntries(names.map((name) => [`src/${name}.tsx`, page]))
  }
  const put = (name: string, content: string) => writeFileSync(join(folder, name), content)
  put('.vite/manifest.json', JSON.stringify(manifest))
  for (const file of ['index.js', 'shared.js', 'page.js', 'a.css']) put(file, file)
  const rows = weigh(folder)
  expect(rows.map(({ name, files }) => [name, files])).toEqual([
    ['sign-in', 2],
    ['overview', 3],
    ['datasets', 3],
    ['jobs', 3],
    ['job', 3],
    ['new training', 3],
    ['css', 1]
  ])
  put('.vite/manifest.json', '{}')
  expect(() => weigh(folder)).toThrow(/index\.html is not in the manifest/)
})
