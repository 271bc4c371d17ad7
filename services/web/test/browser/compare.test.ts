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

browserTest(
  'runs as points and as lines over what differs: by mouse, by keyboard, in the link',
  async (journey) => {
    const { t, page, context, user, step, device } = journey
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const { id: dataset } = await user.dataset('points.csv', twoClasses())
    const dropouts = [0.1, 0.2, 0.4]
    const trained = await Promise.all(
      dropouts.map((dropout, i) =>
        user.train({
          ...brief(dataset, 1),
          name: i === 0 ? '<b>first</b> \u202e🚂' : `dropout ${dropout}`,
          model: { architecture: 'mlp', hyperparameters: { dropout } }
        })
      )
    )
    for (const { id } of trained) await user.finished(id)
    const ids = trained.map(({ id }) => id)
    await page.goto(`/compare?ids=${ids.join(',')}&x=time`)
    await page.getByLabel('Align by').waitFor()
    t.equal(await page.getByLabel('Align by').inputValue(), 'time')
    await step('compare-by-time')

    await page.getByRole('link', { name: 'Scatter' }).click()
    const plane = page.getByRole('figure', { name: /by dropout$/ })
    const points = plane.getByRole('button')
    await eventually(async () => (await points.count()) === 3)
    t.match(await points.first().getAttribute('aria-label'), /^A <b>first<\/b> \\u202E🚂: dropout 0\.1, /)
    await points.nth(1).focus()
    await page.keyboard.press('Enter')
    await eventually(() => page.url().includes(`run=${ids[1]}`))
    const table = page.getByRole('region', { name: /by dropout$/ })
    await table.getByRole('button', { name: /^B/, pressed: true }).waitFor()
    t.match(await table.getByRole('row', { name: /^C/ }).textContent(), /0\.4/)
    await table.getByRole('button', { name: 'dropout', exact: true }).click()
    await eventually(async () => /^A/.test((await table.getByRole('rowheader').first().textContent()) ?? ''))
    await step('compare-scatter')

    await page.getByRole('link', { name: 'Parallel coordinates' }).click()
    await page.getByText('3 of 3 runs lie within the ranges').waitFor()
    await page.getByText('Ranges', { exact: true }).click()
    await page.getByLabel('dropout from').fill('0.15')
    await page.getByLabel('dropout to').fill('0.5')
    await page.getByRole('button', { name: 'Keep runs with dropout in this range' }).click()
    await page.getByText('2 of 3 runs lie within the ranges').waitFor()
    await eventually(() => /brush=model/.test(decodeURIComponent(page.url())))
    await step('compare-parallel')
    await page.getByRole('button', { name: 'All values of dropout' }).click()
    await page.getByText('3 of 3 runs lie within the ranges').waitFor()
    const axis = page.locator('figure .cursor-ns-resize').first()
    const box = await axis.boundingBox()
    if (!box) throw new Error('the axis is nowhere')
    await page.mouse.move(box.x + box.width / 2, box.y + 0.1 * box.height)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + 0.8 * box.height, { steps: 4 })
    await page.mouse.up()
    await page.getByText('1 of 3 runs lie within the ranges').waitFor()

    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('y')
    await page
      .getByText(/^Link copied\. It holds 3 runs and their base, .*the ranges, and the marked run\.$/)
      .waitFor()
    const elsewhere = await device()
    await elsewhere.goto(await page.evaluate(() => navigator.clipboard.readText()))
    await elsewhere.getByText('1 of 3 runs lie within the ranges').waitFor()
    const kept = elsewhere.getByRole('region', { name: 'Runs within the ranges' })
    await kept.getByRole('button', { name: /^B/, pressed: true }).waitFor()
  }
)
