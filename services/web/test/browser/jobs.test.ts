import { eventually } from '@trainyard/testing/eventually'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import { browserTests } from './harness.ts'
import { finishedJob, progress } from './stories.ts'

const browserTest = await browserTests()
/** The long form has as many as a busy team. */
const running = process.env.TEST_FULL === '1' ? 199 : 29

browserTest('21: all running jobs are stopped in one go, and the list says how it went', async (journey) => {
  const { t, page, user, stack, step } = journey
  const like = await finishedJob(user)
  const jobs = await Promise.all(
    Array.from({ length: running }, (_, i) => scriptedJob(t, { stack, like, name: `run ${i}` }))
  )
  await page.goto('/jobs')
  await page
    .getByRole('checkbox', { name: /^Select run/ })
    .first()
    .waitFor()
  await Promise.all(jobs.map((job, i) => job.report([progress(10 * (i + 1))])))
  await step('jobs-running')
  // The oldest one has finished; when it is there, the list has loaded all.
  await eventually(async () => {
    await page.mouse.wheel(0, 20_000)
    return page.locator('[data-state=succeeded]').isVisible()
  }, 30_000)
  await page.mouse.wheel(0, -1_000_000)
  await page.getByRole('checkbox', { name: /^Select (all|every)/ }).click()
  const bar = page.getByRole('region', { name: 'Selected jobs' })
  await bar.getByText(/\d+ selected/).waitFor()
  await step('jobs-selected')
  await bar.getByRole('button', { name: 'Stop' }).click()
  await page.getByText(`${running} stopped, 1 had finished`).waitFor({ timeout: 60_000 })
  await eventually(async () => {
    const { body } = await user.ask<{ items: { state: string }[] }>('GET', '/api/training/jobs?state=running')
    return body.items.length === 0
  })
  for (const job of jobs) await job.finish({ outcome: 'stopped', reason: 'user_stopped' })
  await page.goto('/jobs?state=stopped')
  await page.locator('[data-state=stopped]').first().waitFor()
  await step('jobs-stopped')
})

browserTest('a filter stays in the link, and new jobs wait behind a pill', async (journey) => {
  const { t, page, user, stack, device, axe } = journey
  const like = await finishedJob(user)
  const first = await scriptedJob(t, { stack, like, name: 'alpha' })
  await scriptedJob(t, { stack, like, name: 'beta' })
  await page.goto('/jobs')
  await page.getByText('beta', { exact: true }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('alph')
  await eventually(() => /q=alph/.test(page.url()))
  await eventually(async () => (await page.getByText('beta', { exact: true }).count()) === 0)
  const elsewhere = await device()
  await elsewhere.goto(page.url())
  await elsewhere.getByText('alpha', { exact: true }).waitFor()
  t.equal(await elsewhere.getByText('beta', { exact: true }).count(), 0)
  await page.goto('/jobs')
  await page.getByText('beta', { exact: true }).waitFor()
  const late = await user.train({
    dataset_id: (await user.job(like)).dataset_id,
    name: 'gamma',
    target: 'label',
    model: { architecture: 'linear' },
    training: { epochs: 1 }
  })
  await page.getByRole('button', { name: '1 new' }).click()
  await page.getByText('gamma', { exact: true }).waitFor()
  await axe()
  await user.finished(late.id)
  await first.finish({ outcome: 'succeeded' })
  await page.getByRole('link', { name: 'alpha' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'alpha' }).waitFor()
})
