import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { TestContext } from '@trainyard/testing/test-context'

export const SCRIPT = `export const ready = true // ${'x'.repeat(2_000)}`
export const PAGE =
  '<!doctype html><html lang="en"><head><title>Trainyard</title><script type="module" src="/assets/index-Ab12Cd34.js"></script></head></html>'

/** A folder as the pages' build leaves it, small. */
export function builtPages(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard pages '))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const put = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content)
  mkdirSync(join(folder, 'assets'))
  mkdirSync(join(folder, '.vite'))
  put('index.html', PAGE)
  put('theme.js', 'document')
  put('icon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  put('.vite/manifest.json', '{"not":"for everybody"}')
  put('assets/index-Ab12Cd34.js', SCRIPT)
  put('assets/index-Ab12Cd34.js.br', brotliCompressSync(SCRIPT))
  put('assets/index-Ab12Cd34.js.gz', gzipSync(SCRIPT))
  put('assets/.hidden', 'hidden')
  return folder
}
