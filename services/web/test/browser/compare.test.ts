import { brief, twoClasses } from '@trainyard/e2e/tables'
import { eventually } from '@trainyard/testing/eventually'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()

browserTest('22: twenty runs are compared, and the link shows the same elsewhere', async (journey) => {
  const { t, page, user, stack, step, device, expectConsole } = journey
  const { id: dataset } = await user.dataset('points.csv', twoClasses())
  const settings = [0.001, 0.003, 0.01]
  const trained = await Promise.all(
    settings.map((learning_rate, i) =>
      user.train({
        ...brief(dataset, 3),
        name: i === 0 ? '<b>base</b> \u202egnp.exe 🚂' : `rate ${learning_rate}`,
        model: { architecture: 'mlp', hyperparameters: { learning_rate } }
      })
    )
  )
  for (const { id } of trained) await user.finished(id)
  const [first, second, third] = trained.map(({ id }) => id)
  const live = await scriptedJob(t, { stack, like: second ?? '', name: 'goes on' })
  const failed = await scriptedJob(t, { stack, like: third ?? '', name: 'too much' })
  await failed.finish({ outcome: 'failed', reason: 'out_of_memory', message: 'It did not fit into memory.' })
  const gone = '00000000-0000-7000-8000-000000000001'

  await page.goto('/compare')
  await page.getByRole('button', { name: 'Add rate 0.003' }).click()
  await page.getByRole('button', { name: 'Add rate 0.01' }).click()
  await page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor()
  t.match(page.url(), new RegExp(`ids=${second}%2C${third}`))

  expectConsole(/404/)
  await page.goto(`/compare?ids=${[first, second, third, live.id, failed.id, gone].join(',')}&base=${second}`)
  const table = page.getByRole('table').last()
  await table.getByText('learning rate').waitFor()
  await table.getByText('too much').waitFor()
  t.match(await table.getByRole('row', { name: /^state/ }).textContent(), /FailedIt did not fit into memory/)
  t.match(await table.textContent(), /Not there any more/)
  t.equal(await table.locator('b').count(), 0, 'markup in a name is text')
  t.match(await table.textContent(), /<b>base<\/b> \\u202Egnp\.exe 🚂/)
  t.match(await table.getByRole('row', { name: /^best loss/ }).textContent(), /better|worse|same/)
  await step('compare')

  await table.getByRole('radio', { name: 'base' }).nth(2).click()
  await eventually(() => page.url().includes(`base=${third}`))
  const elsewhere = await device()
  expectConsole(/404/)
  await elsewhere.goto(page.url())
  for (const text of ['learning rate', 'too much', 'Not there any more'])
    await elsewhere.getByText(text).first().waitFor()
  t.equal(await elsewhere.getByRole('table').last().textContent(), await table.textContent())

  await live.report([{ type: 'best', data: { epoch: 7, step: 70, metric: 'validation/loss', value: 0.1 } }])
  await live.finish({ outcome: 'succeeded', metrics: { test: { accuracy: 0.987654 } } })
  await elsewhere.getByText('0.9877').waitFor()
  await table.getByText('0.9877').waitFor()

  const many = await Promise.all(
    Array.from({ length: 15 }, (_, i) => scriptedJob(t, { stack, like: second ?? '', name: `copy ${i}` }))
  )
  for (const one of many) await one.finish({ outcome: 'stopped', reason: 'user_stopped' })
  await page.goto(`/compare?ids=${[first, second, third, live.id, failed.id, ...many.map(({ id }) => id)]}`)
  await page.getByRole('heading', { name: 'Compare 20 runs' }).waitFor()
  await page.getByText('copy 14').waitFor()
  await step('compare-20')
})
