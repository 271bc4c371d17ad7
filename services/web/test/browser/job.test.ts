import { readFile } from 'node:fs/promises'
import { endless, twoClasses } from '@trainyard/e2e/tables'
import { eventually } from '@trainyard/testing/eventually'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'
import { finishedJob, lossAt, metrics, progress, tableOf } from './stories.ts'

const browserTest = await browserTests()
const full = process.env.TEST_FULL === '1'
const badge = (page: Page, state: string) => page.locator(`header [data-state=${state}]`)
const fact = (page: Page, name: string | RegExp) =>
  page.getByRole('region', { name: 'Progress' }).locator('dl > div').filter({ hasText: name })
const textOf = async (page: Page, name: string | RegExp) => (await fact(page, name).textContent()) ?? ''

/** Runs in the page: notes what it would show, because a browser without a screen shows nothing. */
function watchNotifications() {
  const notices: string[][] = []
  const Plain = Notification
  Reflect.set(globalThis, 'notices', notices)
  Reflect.set(
    globalThis,
    'Notification',
    class extends Plain {
      constructor(title: string, options: NotificationOptions = {}) {
        super(title, options)
        notices.push([title, options.tag ?? ''])
      }
    }
  )
}

async function download(page: Page, press: () => Promise<void>) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()])
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
}

browserTest('4: from the sample to a downloaded model', async ({ t, page, step }) => {
  await page.goto('/')
  await step('overview')
  const pressed = performance.now()
  await page.getByRole('button', { name: 'Train on sample data' }).click()
  await page.waitForURL(/\/jobs\/[0-9a-f-]{36}$/)
  await page.locator('figure canvas').first().waitFor()
  t.comment(`the first point after ${((performance.now() - pressed) / 1_000).toFixed(1)} s`)
  await eventually(() => badge(page, 'succeeded').isVisible(), 60_000)
  await step('job-succeeded')
  const { name, bytes } = await download(page, () =>
    page.getByRole('button', { name: 'Download model' }).click()
  )
  t.match(name, /\.pt$/)
  t.equal(bytes.subarray(0, 2).toString(), 'PK', 'a file that torch reads')
  t.ok(bytes.length > 10_000)
  for (const tab of ['Log', 'Config', 'Artifacts', 'Lineage']) {
    await page
      .getByRole('navigation', { name: 'Parts of this job' })
      .getByRole('link', { name: new RegExp(`^${tab}`) })
      .click()
    await page.waitForLoadState('networkidle')
    await step(`job-${tab.toLowerCase()}`)
  }
})

browserTest('12: watching a job to its end: progress, loss, time left, title', async (journey) => {
  const { t, page, user, stack, step, expectConsole } = journey
  expectConsole(/409.*metrics\.json/)
  const job = await scriptedJob(t, { stack, like: await finishedJob(user), name: 'wider net' })
  await page.goto(`/jobs/${job.id}`)
  await badge(page, 'running').waitFor()
  for (let at = 100; at <= 400; at += 100) await job.report([progress(at), metrics(at, lossAt(at))])
  await job.report([metrics(410, 0.412883), progress(410, 14_200, 181)])
  await eventually(async () => /410 \/ 14,200/.test(await textOf(page, 'Step')))
  t.match(await textOf(page, 'Loss'), /0\.412883/)
  const bar = page.getByRole('progressbar')
  t.match(await bar.getAttribute('aria-valuetext'), /^[23] percent, about 3 minutes left$/)
  await eventually(async () =>
    /^[23] % wider net – Trainyard$/.test((await page.title()).replaceAll('\u00a0', ' '))
  )
  await step('job-running')
  await job.report([progress(14_200, 14_200, 0)])
  await job.finish({ outcome: 'succeeded', metrics: { test: { accuracy: 0.9 } } })
  await badge(page, 'succeeded').waitFor()
  await eventually(async () => (await page.title()) === 'Succeeded wider net – Trainyard')
  t.equal(await bar.getAttribute('aria-valuenow'), '100')
})

browserTest('13: a reload in the middle shows the same curve', async ({ t, page, user, stack, axe }) => {
  const job = await scriptedJob(t, { stack, like: await finishedJob(user) })
  await page.goto(`/jobs/${job.id}`)
  for (let at = 10; at <= 300; at += 10) await job.report([metrics(at, lossAt(at)), progress(at)])
  await eventually(async () => (await tableOf(page, 'loss')).length === 30)
  const before = await tableOf(page, 'loss')
  await page.reload()
  await eventually(async () => (await tableOf(page, 'loss')).length === 30)
  t.same(await tableOf(page, 'loss'), before)
  await job.report([metrics(310, lossAt(310))])
  await eventually(async () => (await tableOf(page, 'loss')).length === 31)
  t.same((await tableOf(page, 'loss')).slice(0, 30), before, 'and goes on from there')
  await axe()
  await job.finish({ outcome: 'stopped', reason: 'user_stopped' })
})

browserTest('16: hidden through the end: the title tells it, and one paint shows it', async (journey) => {
  const { t, page, context, user, stack, expectConsole } = journey
  // It succeeds without a file, as no trainer's job does, and the page asks for the scores.
  expectConsole(/409.*metrics\.json/)
  const job = await scriptedJob(t, { stack, like: await finishedJob(user), name: 'night run' })
  await context.grantPermissions(['notifications'], { origin: stack.url })
  await page.addInitScript(watchNotifications)
  await page.goto('/settings/preferences')
  await page.getByRole('switch', { name: 'Tell me when a training ends' }).check()
  await page.goto(`/jobs/${job.id}`)
  await badge(page, 'running').waitFor()
  const turn = (to: 'hidden' | 'visible') =>
    page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
      Object.defineProperty(document, 'hidden', { value: state === 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, to)
  await turn('hidden')
  for (let at = 10; at <= 500; at += 10) await job.report([metrics(at, lossAt(at)), progress(at)])
  await job.finish({ outcome: 'succeeded', metrics: { test: { accuracy: 0.9 } } })
  await eventually(async () => (await page.title()) === 'Succeeded night run – Trainyard')
  const notices = () => page.evaluate(() => Reflect.get(globalThis, 'notices'))
  await eventually(async () => (await notices()).length > 0)
  t.same(await notices(), [['Succeeded: night run', `trainyard-${job.id}`]], 'one notification tells it')
  await turn('visible')
  await badge(page, 'succeeded').waitFor()
  await eventually(async () => (await tableOf(page, 'loss')).length === 50)
  t.match(await textOf(page, 'Step'), /500 \/ 1,000/)
})

browserTest('17: stop, download, resume: one line', async ({ t, page, user, step }) => {
  const { id: dataset } = await user.dataset('points.csv', twoClasses(400))
  const { id } = await user.train({ ...endless(dataset), name: 'long one' })
  await page.goto(`/jobs/${id}`)
  await eventually(async () => (await tableOf(page, 'loss')).length > 5, 30_000)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await eventually(() => badge(page, 'stopped').isVisible(), 30_000)
  await step('job-stopped')
  const { bytes } = await download(page, () => page.getByRole('button', { name: 'Download model' }).click())
  t.ok(bytes.length > 10_000)
  const before = await tableOf(page, 'loss')
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await eventually(async () => (await tableOf(page, 'loss')).length > before.length + 5, 30_000)
  await badge(page, 'running').waitFor()
  await user.ask('POST', `/api/training/${id}/stop`)
  await eventually(() => badge(page, 'stopped').isVisible(), 30_000)
  const steps = (await tableOf(page, 'loss')).map(([at = '']) => Number(at.replaceAll(',', '')))
  t.same(
    steps,
    [...new Set(steps)].sort((a, b) => a - b),
    'no step comes twice, none goes back'
  )
  await page.reload()
  await eventually(async () => (await tableOf(page, 'loss')).length === steps.length)
})

browserTest('18: a loss that is no number is named, and log scale stays in the link', async (journey) => {
  const { t, page, user, stack, step, device } = journey
  const job = await scriptedJob(t, { stack, like: await finishedJob(user), name: 'diverges' })
  await page.goto(`/jobs/${job.id}`)
  await job.report([metrics(10, 0.5), metrics(20, -0.1), metrics(30, 0), metrics(40, null)])
  await eventually(async () => /not finite/.test(await textOf(page, 'Loss')))
  await page.getByLabel('Log scale').click()
  await eventually(() => /[?&]log/.test(page.url()))
  await job.finish({
    outcome: 'failed',
    reason: 'user_error',
    message: 'Lower learning_rate from 10 to 0.001.'
  })
  await page.getByRole('heading', { name: 'A setting stopped it' }).waitFor()
  t.match(await page.locator('main').textContent(), /Lower learning_rate from 10 to 0\.001/)
  await step('job-not-finite')
  const elsewhere = await device()
  await elsewhere.goto(page.url())
  await elsewhere.getByLabel('Log scale').waitFor()
  t.equal(await elsewhere.getByLabel('Log scale').isChecked(), true)
  const rows = await tableOf(elsewhere, 'loss')
  t.equal(rows.length, 4)
  t.match(rows[3]?.join(' '), /not finite|–/)
})

const failures = [
  ['out_of_memory', 'Out of memory', 'Smaller batch'],
  ['worker_lost', 'The worker was lost', 'Resume'],
  ['data_error', 'The data stopped it', 'Look at the data'],
  ['user_error', 'A setting stopped it', 'Edit and retry'],
  ['artifact_upload', 'The model could not be stored', 'Start again'],
  ['platform_error', 'Something broke on our side', 'Start again']
] as const

browserTest('19: each reason to fail says what happened and offers the way on', async (journey) => {
  const { t, page, user, stack, axe, shot } = journey
  const like = await finishedJob(user)
  for (const [reason, title, way] of full ? failures : failures.slice(0, 3)) {
    const job = await scriptedJob(t, { stack, like, name: reason })
    await job.report([{ type: 'log', stream: 'stderr', line: `the last words of ${reason}` }])
    await job.finish({ outcome: 'failed', reason, message: `It ended with ${reason}.` })
    await page.goto(`/jobs/${job.id}`)
    const card = page.getByRole('region', { name: title })
    await card.waitFor()
    t.ok(await card.getByText(way, { exact: true }).isVisible(), way)
    t.match(await card.textContent(), new RegExp(`It ended with ${reason}`))
    await card.getByText(`the last words of ${reason}`).waitFor({ state: 'attached' })
    await axe()
    await shot(`job-failed-${reason}`)
  }
})

browserTest('20: the log follows, pauses, and finds a line among all of them', async (journey) => {
  const { t, page, user, stack, step } = journey
  const lines = full ? 50_000 : 5_000
  const job = await scriptedJob(t, { stack, like: await finishedJob(user) })
  const say = async (from: number, to: number) => {
    for (let at = from; at <= to; at += 500) {
      const batch = Array.from({ length: Math.min(500, to - at + 1) }, (_, i) => at + i)
      await job.report(
        batch.map((n) => ({
          type: 'log' as const,
          stream: 'stdout' as const,
          line: n === 777 ? '<img src=x onerror=alert(1)> needle \u202egnp' : `line number ${n}`
        }))
      )
    }
  }
  await say(1, lines - 10)
  await page.goto(`/jobs/${job.id}/logs`)
  const log = page.getByRole('log')
  await log.getByText(`line number ${lines - 10}`, { exact: true }).waitFor()
  await say(lines - 9, lines)
  await log.getByText(`line number ${lines}`, { exact: true }).waitFor()
  await step('job-log-following')
  await log.hover()
  await page.mouse.wheel(0, -2_000)
  await eventually(async () => !(await page.getByLabel('Follow').isChecked()))
  await say(lines + 1, lines + 20)
  await page.getByRole('button', { name: /20 new/ }).waitFor()
  t.equal(await log.getByText(`line number ${lines + 20}`, { exact: true }).count(), 0)
  await page.getByRole('button', { name: /20 new/ }).click()
  await log.getByText(`line number ${lines + 20}`, { exact: true }).waitFor()
  const older = page.getByRole('button', { name: 'Older lines' })
  while (await older.isVisible()) {
    const status = page.getByRole('status').filter({ hasText: 'lines' })
    const before = await status.textContent()
    await older.click()
    await eventually(async () => (await status.textContent()) !== before)
  }
  await page.getByLabel('Filter the lines').fill('needle')
  await log.getByText(/<img src=x onerror=alert\(1\)> needle \\u202Egnp/).waitFor()
  t.equal(await log.locator('img, a').count(), 0, 'a line is never markup')
  await page.getByLabel('Level').selectOption('Errors')
  await page.getByText('No line matches').waitFor()
  await page.waitForURL(/line=needle.*level=error|level=error.*line=needle/)
  await page.reload()
  await page.getByLabel('Level').waitFor()
  t.equal(await page.getByLabel('Filter the lines').inputValue(), 'needle', 'the filter is in the link')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await log.getByText(`line number ${lines + 20}`, { exact: true }).waitFor()
  await job.finish({ outcome: 'stopped', reason: 'user_stopped' })
})
