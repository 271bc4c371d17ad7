import type { CreateJob, Job } from '@trainyard/contracts/training'
import { brief, twoClasses } from '@trainyard/e2e/tables'
import { eventually } from '@trainyard/testing/eventually'
import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()

/** `twoClasses` with what a profile finds fault with. */
const faulty = () =>
  twoClasses(200)
    .trim()
    .split('\n')
    .map((line, i) =>
      i === 0 ? `city,<b>\u202ename</b>,${line}` : `${i % 50 ? 'Oslo' : 'NA'},${i % 3},${line}`
    )
    .join('\n')

/** The button's name says how many. */
const train = (page: Page) => page.getByRole('button', { name: /^Train/ })
const epochs = (page: Page) => page.getByRole('textbox', { name: 'Epochs' })
const jobOf = (page: Page) => new URL(page.url()).pathname.match(/^\/jobs\/([0-9a-f-]{36})/)?.[1]

browserTest('9: a model with the defaults in three clicks', async ({ t, page, user, step }) => {
  const { id } = await user.dataset('points.csv', faulty())
  await page.goto('/train')
  await page.getByLabel('Dataset').click()
  await page.getByRole('option', { name: /points\.csv/ }).click()
  await page.getByText('Suggested for its name').waitFor()
  t.equal(await page.getByLabel(/^Target/).inputValue(), 'label')
  t.match(page.url(), new RegExp(`dataset=${id}`), 'the address says which dataset')
  await step('train')
  await page.getByRole('button', { name: 'Choose columns' }).click()
  const columns = page.getByRole('dialog')
  t.match(await columns.textContent(), /<b>\\u202Ename/, 'a hostile name is text, with escapes')
  await step('train-columns')
  await columns.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: /Leave out city/ }).click()
  await page.getByText('Left out: city', { exact: true }).waitFor()
  await train(page).click()
  await eventually(() => jobOf(page) !== undefined)
  const { body: job } = await user.ask<Job>('GET', `/api/training/${jobOf(page)}`)
  t.equal(job.target, 'label')
  t.equal(job.model.architecture, 'mlp')
  const { body: clone } = await user.ask<CreateJob>('POST', `/api/training/${job.id}/clone`)
  t.strictSame(clone.features, ['<b>\u202ename</b>', 'x', 'y', 'colour'])
})

browserTest('10: every error stands beside its field, and all of it works by keyboard', async (journey) => {
  const { t, page, user, step, expectConsole } = journey
  const { id } = await user.dataset('points.csv', twoClasses())
  await page.goto(`/train?dataset=${id}`)
  await page.getByText('Learns from').waitFor()
  const dropout = page.getByLabel('Dropout', { exact: true })
  await dropout.fill('1,5')
  t.equal(await dropout.getAttribute('aria-invalid'), null, 'nothing is said while it is typed')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  t.equal(await dropout.getAttribute('aria-invalid'), 'true')
  await epochs(page).fill('0')
  await page.keyboard.press('Control+Enter')
  const summary = page.getByRole('alert').filter({ hasText: '2 things to change' })
  await summary.waitFor()
  t.ok(await summary.evaluate((box) => box === document.activeElement), 'the summary takes the focus')
  await step('train-errors')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  t.ok(await dropout.evaluate((box) => box === document.activeElement), 'its first entry leads to the field')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('0.2')
  await epochs(page).fill('2')
  await summary.waitFor({ state: 'detached' })

  // What only the platform can see comes back to its field.
  await page.route('**/api/training', (route) =>
    route.fulfill({
      status: 422,
      json: {
        error: {
          code: 'UNPROCESSABLE',
          message: 'The job cannot be trained as described; see details.',
          details: [
            { pointer: '/model/hyperparameters/hidden_sizes/0', message: 'must be smaller here' },
            { pointer: '/elsewhere', message: 'is odd' }
          ],
          request_id: 'r-1'
        }
      }
    })
  )
  expectConsole(/422/)
  await page.keyboard.press('Control+Enter')
  const layer = page.locator('[data-pointer="/models/mlp/hidden_sizes/0"] input')
  await page.getByText('Must be smaller here.').nth(1).waitFor()
  t.equal(await layer.getAttribute('aria-invalid'), 'true')
  t.match(await page.getByRole('alert').textContent(), /\/elsewhere: Is odd\..*request r-1/)
  await page.unroute('**/api/training')
  await layer.fill('16')
  t.equal(await page.getByText('Must be smaller here.').count(), 0, 'an edit takes the old answer away')
  await page.keyboard.press('Control+Enter')
  await eventually(() => jobOf(page) !== undefined)
  const { body: job } = await user.ask<Job>('GET', `/api/training/${jobOf(page)}`)
  t.strictSame(job.model.hyperparameters, { hidden_sizes: [16, 384], dropout: 0.2 })
})

browserTest(
  '11: pressed twice, cut off and reloaded, it is one job',
  async ({ t, page, user, expectConsole }) => {
    const { id } = await user.dataset('points.csv', twoClasses())
    await page.goto(`/train?dataset=${id}`)
    await page.getByText('Learns from').waitFor()
    await epochs(page).fill('2')
    await page.getByLabel('Name', { exact: true }).fill('only once')

    // The platform makes the job, but no reply ever arrives; the page is reloaded meanwhile.
    const keys: (string | undefined)[] = []
    await page.route('**/api/training', async (route) => {
      keys.push(route.request().headers()['idempotency-key'])
      await route.fetch()
      await route.abort()
    })
    expectConsole(/Failed to load resource/)
    await train(page).dblclick()
    await eventually(() => keys.length > 0)
    await page.reload()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.getByText('Your draft from').waitFor()
    t.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'only once', 'nothing typed is lost')
    t.equal(await epochs(page).inputValue(), '2')
    await train(page).dblclick()
    await eventually(() => jobOf(page) !== undefined)
    t.equal(new Set(keys).size, 1, 'every try had the same key')
    const jobs = await user.ask<{ items: Job[] }>('GET', '/api/training/jobs')
    t.equal(jobs.body.items.length, 1)

    await page.goto('/train')
    await page.getByLabel('Dataset').waitFor()
    t.equal(await page.getByText('Your draft from').count(), 0, 'what was sent is no draft any more')
  }
)

browserTest('a draft survives, several models are one set, a clone comes filled in', async (journey) => {
  const { t, page, user, stack } = journey
  const { id } = await user.dataset('points.csv', twoClasses())
  await page.goto(`/train?dataset=${id}&target=colour&leave=x`)
  await page.getByText('Learns from').waitFor()
  t.notMatch(page.url(), /leave|target/, 'what was taken over leaves the address')
  await page.getByRole('button', { name: '+ baselines' }).click()
  await page.getByRole('button', { name: 'Train 2 models' }).waitFor()
  await epochs(page).fill('2')
  await page.getByLabel('Dropout', { exact: true }).pressSequentially('x')
  await page.reload()
  await page.getByText('Learns from 2 of 3 other columns').waitFor()
  t.equal(await page.getByLabel(/^Target/).inputValue(), 'colour')
  t.equal(await page.getByLabel('Dropout', { exact: true }).inputValue(), 'x0.1', 'also what is no number')
  await page.getByRole('button', { name: /Reset Dropout/ }).click()

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stack.url })
  await page.getByRole('button', { name: 'Copy as' }).click()
  await page.getByRole('menuitem', { name: 'curl' }).click()
  await page.getByText('Copied as curl').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  t.match(copied, /Bearer \$TRAINYARD_TOKEN[\s\S]*"epochs": 2[\s\S]*Bearer \$TRAINYARD_TOKEN/)

  await train(page).click()
  await page.waitForURL(/\/jobs\?tag=set-/)
  const { body } = await user.ask<{ items: Job[] }>('GET', '/api/training/jobs')
  t.strictSame(body.items.map(({ model }) => model.architecture).toSorted(), ['linear', 'mlp'])
  t.equal(new Set(body.items.flatMap(({ tags }) => tags)).size, 1)

  const made = await user.train({ ...brief(id), name: 'to be cloned', features: ['x', 'colour'] })
  await page.goto(`/train?from=${made.id}&leave=colour&batch_size=64`)
  await page.getByText('Learns from 1 of 3 other columns').waitFor()
  t.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'to be cloned')
  await train(page).click()
  await eventually(() => jobOf(page) !== undefined)
  const { body: clone } = await user.ask<Job>('GET', `/api/training/${jobOf(page)}`)
  t.equal(clone.cloned_from, made.id)
  t.match(clone.training, { epochs: 5, batch_size: 64, seed: 7 })
})

browserTest(
  'without a fit dataset the form says what to do',
  async ({ t, page, user, step, expectConsole }) => {
    await page.goto('/train')
    await page.getByText('There is no dataset yet').waitFor()
    await step('train-no-dataset')
    const { body: bad } = await user.upload('bad.csv', 'a,b\n1,"2\n3,4\n')
    expectConsole(/404/)
    await page.goto(`/train?dataset=${bad.id}`)
    await page.getByText('This dataset could not be read').waitFor()
    await page.getByText(/Line 2/).waitFor()
    await train(page).click()
    await page
      .getByRole('alert')
      .getByText(/choose another/)
      .waitFor()
    await step('train-invalid')
    for (const query of ['dataset', 'from']) {
      await page.goto(`/train?${query}=01999999-0000-7000-8000-000000000000`)
      await page.getByText(/There is no such/).waitFor()
    }
    t.ok(await page.getByRole('link', { name: 'Start with an empty form' }).isVisible())
  }
)

browserTest(
  'rows are split by a column: chosen, missing with a sentence, kept over a reload',
  async (journey) => {
    const { t, page, user, step } = journey
    const lines = twoClasses(200).trim().split('\n')
    const table = lines.map((line, i) => `${i === 0 ? 'customer' : `c${i % 40}`},${line}`).join('\n')
    const { id } = await user.dataset('customers.csv', table)
    await page.goto(`/train?dataset=${id}`)
    await page.getByText('Learns from').waitFor()
    await page.getByLabel('Split', { exact: true }).selectOption({ label: 'By group' })
    await page.getByText('that were never seen').waitFor()
    await page.keyboard.press('Control+Enter')
    const column = page.getByRole('combobox', { name: 'Rows stay together by' })
    await page.getByRole('alert').getByText('Choose the column whose rows stay together.').waitFor()
    t.equal(await column.getAttribute('aria-invalid'), 'true', 'the sentence stands beside the field, too')
    await step('train-split-missing')

    await page.reload()
    await page.getByText(/Your draft from/).waitFor()
    await column.click()
    await page.getByRole('option', { name: /customer/ }).click()
    await page.getByText('Left out: customer', { exact: false }).waitFor()
    await step('train-split')
    await epochs(page).fill('2')
    await train(page).click()
    await eventually(() => jobOf(page) !== undefined)
    const { body: clone } = await user.ask<CreateJob>('POST', `/api/training/${jobOf(page)}/clone`)
    t.match(clone, { split: { method: 'group' }, columns: { group: 'customer' } })
    t.equal(clone.features, undefined, 'what rows are split by is no feature')
    t.equal((await user.finished(jobOf(page) ?? '')).state, 'succeeded')
  }
)

/** As a release of the trainer might bring it: every kind of setting, one of them of a kind that has no widget. */
const invented = {
  id: 'orbit_net',
  title: 'Orbit network <b>2</b>',
  task_kinds: ['classification', 'regression'],
  source: 'Nobody, 2026',
  hyperparameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      moons: {
        type: 'integer',
        minimum: 1,
        maximum: 9,
        default: 3,
        description: 'How many moons there are.',
        'x-ui': { group: 'sky', order: 1 }
      },
      path: { enum: ['round', 'oval'], default: 'round', 'x-ui': { group: 'sky', order: 2 } },
      rings: {
        type: 'array',
        items: { type: 'integer', minimum: 1 },
        default: [8, 4],
        'x-ui': { group: 'sky', order: 3 }
      },
      tides: {
        type: 'array',
        prefixItems: [{ type: 'number' }],
        default: [1],
        'x-ui': { group: 'sea', order: 4 }
      }
    }
  }
}

browserTest('an architecture that the page never heard of comes with its settings', async (journey) => {
  const { t, page, user, step, expectConsole } = journey
  const { id } = await user.dataset('points.csv', twoClasses())
  await page.route('**/api/training/architectures*', async (route) => {
    const response = await route.fetch()
    const body = await response.json()
    await route.fulfill({ response, json: { ...body, items: [...body.items, invented] } })
  })
  let sent: CreateJob | undefined
  await page.route('**/api/training', async (route) => {
    sent = route.request().postDataJSON()
    await route.fulfill({
      status: 422,
      json: {
        error: {
          code: 'UNPROCESSABLE',
          message: 'refused',
          details: [{ pointer: '/model/hyperparameters/moons', message: 'are too many for this data' }],
          request_id: 'r-1'
        }
      }
    })
  })
  expectConsole(/422/)
  await page.goto(`/train?dataset=${id}`)
  await page.getByText('Learns from').waitFor()
  await page.getByRole('checkbox', { name: /^Multi-layer perceptron/ }).uncheck()
  await page.getByRole('checkbox', { name: /^Orbit network <b>2<\/b>/ }).check()
  await page.getByRole('textbox', { name: 'Moons' }).fill('5')
  await page.getByLabel('Path', { exact: true }).selectOption({ label: 'Oval' })
  await page.getByLabel('Tides', { exact: true }).fill('[2]')
  await step('train-invented')
  await train(page).click()
  await page.getByRole('alert').getByText('Are too many for this data.').waitFor()
  t.strictSame(sent?.model, {
    architecture: 'orbit_net',
    hyperparameters: { moons: 5, path: 'oval', tides: [2] }
  })
  t.equal(await page.getByRole('textbox', { name: 'Moons' }).getAttribute('aria-invalid'), 'true')
})
