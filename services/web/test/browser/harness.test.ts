import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { launchBrowser } from '@trainyard/testing/browser'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { axeProblems } from './axe.ts'
import { watchContext } from './watch-context.ts'

const good = '<h1>A page</h1><p>that says something</p>'
const pages: Record<string, string> = {
  '/good': good,
  '/loud': `${good}<script src="/loud.js"></script>`,
  '/policy': `${good}<script>console.log('inline')</script>`,
  '/pale': `${good}<p>faint</p><link rel="stylesheet" href="/pale.css">`
}
const scripts: Record<string, string> = {
  '/loud.js': "console.error('said aloud'); setTimeout(() => { throw new Error('nobody catches this') })",
  '/pale.css':
    '@media (prefers-color-scheme: dark) { p { color: #222; background: #111 } h1 { color: #fff; background: #000 } }'
}

const server = createServer((req, res) => {
  const path = req.url ?? ''
  const page = pages[path]
  res.setHeader('content-security-policy', "default-src 'self'; require-trusted-types-for 'script'")
  res.setHeader('content-type', page ? 'text/html' : path.endsWith('.css') ? 'text/css' : 'text/javascript')
  res.statusCode = page === undefined && scripts[path] === undefined ? 404 : 200
  res.end(
    page === undefined
      ? (scripts[path] ?? '')
      : `<!doctype html><html lang="en"><title>A page</title><main>${page}</main></html>`
  )
})
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const browser = await launchBrowser()
t.teardown(async () => {
  await browser.close()
  server.close()
})

t.test('what a page complains about is a problem unless the test expects it', async (t) => {
  const context = await browser.newContext({ baseURL: base })
  const watch = await watchContext(context)
  const page = await context.newPage()
  watch.expect(/favicon/)
  await page.goto('/good')
  t.strictSame(watch.problems(), [])
  await page.goto('/loud')
  await eventually(() => watch.problems().length === 2)
  t.match(watch.problems().sort(), [/said aloud/, /nobody catches this/])
  await page.goto('/policy')
  await eventually(() => watch.problems().some((line) => /Content policy: script-src/.test(line)))
  watch.expect(/said aloud|nobody catches|policy|Policy/)
  t.strictSame(watch.problems(), [])
  await context.close()
})

t.test('axe looks at both themes, under the content policy, and names rule and node', async (t) => {
  const context = await browser.newContext({ baseURL: base })
  const page = await context.newPage()
  await page.goto('/good')
  t.strictSame(await axeProblems(page), [])
  await page.goto('/pale')
  const problems = await axeProblems(page)
  t.ok(problems.length > 0)
  for (const problem of problems) t.match(problem, /^dark: color-contrast: .*p/)
  await context.close()
})
