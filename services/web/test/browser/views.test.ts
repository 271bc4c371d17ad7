import { eventually } from '@trainyard/testing/eventually'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import { browserTests } from './harness.ts'
import { figureOf, finishedJob, lossAt, metrics, progress, tableOf } from './stories.ts'

const browserTest = await browserTests()

browserTest('the view of a chart is in its link: axis by time, hidden line, marked step', async (journey) => {
  const { t, page, context, user, stack, step, device } = journey
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const job = await scriptedJob(t, { stack, like: await finishedJob(user), name: 'a view' })
  for (let at = 10; at <= 200; at += 10) await job.report([metrics(at, lossAt(at)), progress(at)])
  await page.goto(`/jobs/${job.id}`)
  await eventually(async () => (await tableOf(page, 'loss')).length === 20)
  const figure = figureOf(page, 'loss')
  await figure.getByRole('application').press('t')

  await figure.getByRole('button', { name: /^train/ }).click()
  await figure.getByRole('button', { name: /^train hidden/ }).waitFor()
  t.equal(await figure.getByRole('button', { name: /^train/ }).getAttribute('aria-pressed'), 'false')
  const chart = figure.getByRole('application')
  await chart.focus()
  for (let i = 0; i < 5; i++) await chart.press('ArrowRight')
  await chart.press('m')
  await page.getByRole('button', { name: 'Step 50 marked: remove the mark' }).waitFor()
  await page.getByLabel('Across').selectOption('time')
  await eventually(() => /x=time/.test(page.url()))
  await step('job-by-time')
  const live = await tableOf(page, 'loss')
  t.equal(live[0]?.length, 2, 'a hidden line is not in the table either')

  await page.keyboard.press('Escape')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('y')
  await page
    .getByText('Link copied. It holds the axis by time, the marked step 50, and a hidden line.')
    .waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  t.equal(link, page.url())

  const elsewhere = await device()
  await elsewhere.goto(link)
  await elsewhere.getByRole('button', { name: 'Step 50 marked: remove the mark' }).waitFor()
  await eventually(async () => (await tableOf(elsewhere, 'loss')).length === 20)
  t.same(await tableOf(elsewhere, 'loss'), live, 'times read later are those that came live')
  const seconds = live.map(([at]) => Number(at?.replaceAll(',', '')))
  t.same(
    seconds,
    seconds.toSorted((a, b) => a - b)
  )
  t.ok((seconds[0] ?? -1) >= 0 && (seconds.at(-1) ?? 0) > 0)

  await job.forgetTimes(100)
  await elsewhere.reload()
  await elsewhere.getByText('A part of this job has no times').waitFor()
  await eventually(async () => (await tableOf(elsewhere, 'loss')).length === 10)
  await job.forgetTimes(200)
  await elsewhere.reload()
  await elsewhere.getByText('This job has no times').waitFor()
  await step('job-without-times', elsewhere)
  await elsewhere.getByRole('button', { name: 'Show all by step' }).click()
  await eventually(async () => (await tableOf(elsewhere, 'loss')).length === 20)
  await job.finish({ outcome: 'stopped', reason: 'user_stopped' })
})
