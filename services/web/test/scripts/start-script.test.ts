// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { pagesOf } from '../../scripts/start-script.ts'

const web = join(import.meta.dirname, '../..')
const routes = readFileSync(join(web, 'src/routes.tsx'), 'utf8')
const pages = pagesOf(routes)
const pageAt = (path: string) => pages.find(({ pattern }) => new RegExp(pattern).test(path))?.module

test('every page of the router is asked for early, by the address that the router gives it', () => {
  const features = new Set(
    [...routes.matchAll(/import\('\.\/(features\/[^']+)'\)/g)].map(([, path]) => `src/${path}`)
  )
  expect(new Set(pages.map(({ module }) => module))).toEqual(features)
  expect(pageAt('/')).toBe('src/features/overview/page.tsx')
  expect(pageAt('/jobs')).toBe('src/features/jobs/page.tsx')
  for (const path of ['/jobs/1', '/jobs/1/logs', '/jobs/1/'])
    expect(pageAt(path), path).toBe('src/features/job/page.tsx')
  expect(pageAt('/datasets/new')).toBe('src/features/upload/page.tsx')
  expect(pageAt('/datasets/7')).toBe('src/features/dataset/page.tsx')
  for (const path of ['/sign-in', '/register', '/jobs/1/logs/2', '/nowhere'])
    expect(pageAt(path), path).toBe(undefined)
})

/** Runs the built script where the address is `path`; gives the addresses that it asks for. */
function early(path: string): string[] {
  const assets = join(web, 'dist/assets')
  const name = readdirSync(assets).find((file) => /^start-[\w-]+\.js$/.test(file))
  const asked: string[] = []
  runInNewContext(readFileSync(join(assets, name ?? 'start.js'), 'utf8'), {
    location: { pathname: path },
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
    document: {
      cookie: '',
      documentElement: { dataset: {} },
      addEventListener: () => undefined,
      createElement: () => ({}),
      head: { append: ({ rel, href }: { rel: string; href: string }) => asked.push(`${rel} ${href}`) }
    }
  })
  return asked
}

test('the built script asks for files that are there, each once, and for none before sign-in', () => {
  expect(existsSync(join(web, 'dist')), 'services/web/dist is missing: npm start or npm test builds it').toBe(
    true
  )
  expect(early('/sign-in')).toEqual([])
  const asked = early('/jobs/1/charts')
  expect(asked.length).toBeGreaterThan(3)
  expect(new Set(asked).size).toBe(asked.length)
  for (const line of asked) {
    expect(line).toMatch(/^modulepreload \/assets\/[\w-]+\.js$/)
    expect(existsSync(join(web, 'dist', line.split(' ')[1] ?? '')), line).toBe(true)
  }
  const page = readFileSync(join(web, 'dist/index.html'), 'utf8')
  expect(page).toMatch(/<script\s+src="\/assets\/start-[\w-]+\.js"><\/script>/)
  expect(page.match(/<script/g)).toHaveLength(2)
})
