import { brief, twoClasses } from '@trainyard/e2e/tables'
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

browserTest('lineage: a clone says what differs, its parent lists it, a bad row opens', async (journey) => {
  const { t, page, user, stack, step, expectConsole } = journey
  expectConsole(/409.*metrics\.json/)
  const { id: dataset } = await user.dataset('points.csv', twoClasses())
  const first = brief(dataset, 1)
  const { id: parent } = await user.train({ ...first, name: 'the parent' })
  await user.finished(parent)
  const model = { architecture: 'mlp', hyperparameters: { dropout: 0.37 } }
  const { id: clone } = await user.train({
    ...first,
    name: '<i>a clone</i> \u202e🚂',
    cloned_from: parent,
    features: ['x', 'y'],
    model
  })
  await user.finished(clone)
  await page.goto(`/jobs/${clone}/lineage`)
  await page.getByText(/^Dropout: 0\.37 instead of/).waitFor()
  await page.getByText(/^Features: 2.columns chosen/).waitFor()
  await step('job-lineage-clone')
  await page.goto(`/jobs/${clone}/config`)
  await page.getByLabel('Beside the values').selectOption('parent')
  const row = page.getByRole('row', { name: /^Dropout changed differs from the parent/ })
  t.match(await row.textContent(), /0\.37/)
  t.match(page.url(), /beside=parent/)
  await page.goto(`/jobs/${parent}/lineage`)
  await page.getByRole('link', { name: '<i>a clone</i> \\u202E🚂' }).waitFor()
  await step('job-lineage-parent')

  const failed = await scriptedJob(t, { stack, like: parent, name: 'bad cell' })
  const message = '"inf" in line 12, column "x", is infinite: write a number, or leave it empty.'
  await failed.finish({ outcome: 'failed', reason: 'data_error', message })
  await page.goto(`/jobs/${failed.id}`)
  t.match(
    await page.getByRole('link', { name: 'Clone without column' }).getAttribute('href'),
    new RegExp(`from=${failed.id}&leave=x$`)
  )
  await page.getByRole('link', { name: 'Open row' }).click()
  await page.getByText('It is marked below, as row 11.').waitFor()
  await page.locator('[role=row][aria-current]').filter({ hasText: /^11/ }).waitFor()
  await step('dataset-open-row')

  const limited = await scriptedJob(t, { stack, like: parent, name: 'out of time' })
  await limited.finish({ outcome: 'stopped', reason: 'time_limit' })
  await page.goto(`/jobs/${limited.id}`)
  await page.getByText('The time limit was reached').waitFor()
  await step('job-time-limit')
  await page.getByRole('button', { name: 'Resume with +1 h' }).click()
  await page.getByText('Queued: goes on from the last checkpoint').waitFor()
  const job = await user.finished(limited.id)
  t.match([job.state, job.training], ['succeeded', { time_limit_seconds: 3_600 }])
})
