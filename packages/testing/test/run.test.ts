import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { importProblems } from '../src/run/imports.ts'
import { chromiumFor } from '../src/run/install-chromium.ts'
import { parseVitest } from '../src/run/pages.ts'
import { type Part, type RunContext, summary } from '../src/run/part.ts'
import { parseJunit } from '../src/run/python.ts'
import { runParts, totals } from '../src/run/run-parts.ts'
import { tapReader } from '../src/run/tap.ts'

function context(said: string[] = []): RunContext {
  const signal = new AbortController().signal
  return { root: '.', env: {}, full: false, signal, say: (line) => said.push(line) }
}

const part = (name: string, run: Part['run']): Part => ({ name, run })

t.test('every assertion of every part is counted, and a part that runs nothing has failed', async (t) => {
  const said: string[] = []
  const outcomes = await runParts(
    [
      part('good', async () => ({ passed: 3, failed: 0, skipped: 1 })),
      part('empty', async () => ({ passed: 0, failed: 0, skipped: 0 })),
      part('broken', async () => Promise.reject(new Error('no server'))),
      part('slow', ({ signal }) => sleep(60_000, { passed: 1, failed: 0, skipped: 0 }, { signal }))
    ],
    context(said),
    200
  )
  t.equal(summary(totals(outcomes)), '3 passed, 3 failed, 1 skipped')
  t.match(said.join('\n'), /nothing to run[\s\S]*no server/)
  t.equal(summary({ passed: 2, failed: 0, skipped: 0 }), '2 passed, 0 failed')
})

t.test("tap's last line gives the counts, and a failed file shows what it wrote", async (t) => {
  const said: string[] = []
  const { onLine, state } = tapReader((line) => said.push(line))
  for (const line of [
    'ok 1 - a.test.ts # time=12.5ms',
    '    not ok 1 - should be equal',
    'not ok 2 - b.test.ts # time=2000ms'
  ]) {
    onLine(line)
  }
  t.equal(state.counts, undefined, 'no total, no counts')
  onLine('# { total: 7, pass: 4, fail: 1, todo: 1, skip: 1 }')
  t.strictSame(state.counts, { passed: 4, failed: 1, skipped: 2 })
  t.strictSame(said, [
    '  ok a.test.ts (0.0 s)',
    '    not ok 1 - should be equal',
    '  FAILED b.test.ts (2.0 s)'
  ])
})

t.test("pytest's report gives the counts", async (t) => {
  const report =
    '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1">'
  t.strictSame(parseJunit(report), { passed: 4, failed: 3, skipped: 3 })
})

t.test("Vitest's report gives the counts, and a file that does not load has failed", async (t) => {
  const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, success: false }
  t.strictSame(parseVitest(JSON.stringify(report)), { passed: 5, failed: 1, skipped: 3 })
  t.strictSame(parseVitest(JSON.stringify({ ...report, numFailedTests: 0 })).failed, 1)
  t.strictSame(parseVitest(JSON.stringify({ ...report, numFailedTests: 0, success: true })).failed, 0)
})

t.test(
  'Chromium is found, installed where that needs no question, or asked for; never done without',
  async (t) => {
    const folder = t.testdir({ bin: {}, own: { browser: '' }, empty: {} })
    const put = (name: string) => writeFileSync(join(folder, name), '', { mode: 0o755 })
    const on = (path: string) => ({ PATH: join(folder, path) })
    const said: string[] = []
    const ran: string[][] = []
    const ask = (env: Record<string, string>, root: boolean, apt: () => number = () => 0) =>
      chromiumFor({ ...context(said), env }, { root, debian: true, elsewhere: [] }, async (command, args) => {
        ran.push([command, ...args])
        return apt()
      })
    put('bin/chromium')
    t.equal(await ask(on('bin'), false), join(folder, 'bin/chromium'))
    put('own/mine')
    t.equal(
      await ask({ ...on('bin'), CHROMIUM_PATH: join(folder, 'own/mine') }, true),
      join(folder, 'own/mine')
    )
    const wrong = { ...on('bin'), CHROMIUM_PATH: join(folder, 'own/browser') }
    await t.rejects(ask(wrong, true), { message: /CHROMIUM_PATH is .*own\/browser/ }, 'not a program')
    t.same([ran, said], [[], []])
    await t.rejects(ask(on('empty'), false), { message: /set CHROMIUM_PATH/ })
    const install = () => {
      if (ran.length === 2) put('empty/chromium')
      return 0
    }
    t.equal(await ask(on('empty'), true, install), join(folder, 'empty/chromium'))
    t.match(said, [/Installing Chromium/])
  }
)

t.test('imports that break the layout are named', async (t) => {
  const root = t.testdir()
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  write('services/a/package.json', '{ "name": "@x/a", "dependencies": { "@x/kit": "*", "pg": "*" } }')
  write('services/b/package.json', '{ "name": "@x/b", "dependencies": { "@x/a": "*" } }')
  write('packages/kit/package.json', '{ "name": "@x/kit" }')
  // Quoted by JSON.stringify, so that the check does not read this file's own text as an import.
  const from = (specifier: string) => `import x from ${JSON.stringify(specifier)}\n`
  write(
    'services/a/src/main.ts',
    ['node:fs', '@x/kit/log', 'pg', './other.ts', '@x/a/self'].map(from).join('')
  )
  t.strictSame(importProblems(root), [])
  write('services/b/src/main.ts', from('@x/a/app') + from('../../a/src/app.ts') + from('lodash'))
  write('packages/kit/src/index.ts', `export const load = () => import(${JSON.stringify('@x/b/x')})\n`)
  t.match(importProblems(root).sort(), [
    /^packages\/kit\/src\/index\.ts: "@x\/b\/x" imports a service/,
    /^services\/b\/src\/main\.ts: "\.\.\/\.\.\/a\/src\/app\.ts" leaves its package/,
    /^services\/b\/src\/main\.ts: "@x\/a\/app" imports a service/,
    /^services\/b\/src\/main\.ts: "lodash" is not in the dependencies/
  ])
})
