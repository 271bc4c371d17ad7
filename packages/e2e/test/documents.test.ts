import { readFile } from 'node:fs/promises'
import { sharedStack } from '@trainyard/stack/shared-stack'
import t from 'tap'

const { url } = await sharedStack(t)

t.test('docs/openapi.json is what the platform serves (npm run docs)', async (t) => {
  const committed = JSON.parse(await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'))
  const served = JSON.parse(await (await fetch(`${url}/api-docs.json`)).text())
  t.equal(served.openapi, '3.1.0')
  t.same(Object.keys(committed.paths).sort(), Object.keys(served.paths).sort())
  t.same(committed, served)
})

t.test('the pages, the documentation and the health routes answer', async (t) => {
  for (const path of [
    '/',
    '/sign-in',
    '/setup',
    '/api-docs',
    '/healthz',
    '/readyz',
    '/api/config',
    '/.well-known/jwks.json'
  ]) {
    const res = await fetch(url + path, { headers: { accept: 'text/html, */*' } })
    t.equal(res.status, 200, path)
    t.ok((await res.text()).length > 0, path)
  }
})
