import { endless, twoClasses } from '@trainyard/e2e/tables'
import { eventually } from '@trainyard/testing/eventually'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })
const file = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

browserTest(
  '5: a CSV is uploaded, and its profile appears',
  async ({ t, page, user, step, expectConsole }) => {
    await page.goto('/datasets')
    await step('datasets-empty')
    await page.goto('/datasets/new')
    await step('upload-empty')
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([
        file('points.csv', twoClasses(500)),
        file('empty.csv', ''),
        {
          name: 'picture.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
        }
      ])
    await page.getByText('Not sent').nth(1).waitFor()
    await page
      .getByText(/500.rows/)
      .first()
      .waitFor()
    await step('upload-done')
    t.match(await page.locator('main').textContent(), /4.columns/)
    await page.goto('/datasets')
    await page.getByRole('link', { name: 'points.csv' }).click()
    await heading(page, 'points.csv').waitFor()
    for (const column of ['x', 'y', 'colour', 'label']) {
      await page.getByText(column, { exact: true }).first().waitFor()
    }
    await step('dataset')
    await page.getByRole('link', { name: 'Rows' }).click()
    await page.getByText('blue').first().waitFor()
    await step('dataset-rows')
    await page.getByRole('link', { name: 'Used by' }).click()
    await page.waitForLoadState('networkidle')
    await step('dataset-used-by')
    t.equal(
      (await user.ask<{ items: object[] }>('GET', '/api/datasets')).body.items.length,
      1,
      'one was sent'
    )
    expectConsole(/404/)
    await page.goto('/datasets/00000000-0000-7000-8000-000000000001')
    await page
      .getByText(/no such dataset|not found|may have been deleted/i)
      .first()
      .waitFor()
    await step('dataset-missing')
  }
)

browserTest(
  '7: a bad file says line, column and reason, and how to mend it',
  async ({ t, page, user, step }) => {
    const bad = await user.dataset('bad.csv', 'a,b\n1,2\n3\n4,5\n')
    t.equal(bad.status, 'invalid')
    await page.goto('/datasets')
    await page.getByRole('link', { name: 'See' }).click()
    await page.getByText('This file could not be read').waitFor()
    const text = (await page.locator('main').textContent()) ?? ''
    t.match(text, new RegExp(`line ${bad.error?.line}`, 'i'))
    t.ok(text.includes(bad.error?.message ?? '-'), 'the reason is there')
    await step('dataset-invalid')
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Upload the mended file' }).click()
    ])
    await chooser.setFiles(file('mended.csv', twoClasses(60)))
    await page
      .getByText(/60.rows/)
      .first()
      .waitFor()
  }
)

browserTest('8: a dataset in use is not deleted, and the jobs are named', async (journey) => {
  const { t, page, user, step, axe, expectConsole } = journey
  const { id } = await user.dataset('used.csv', twoClasses())
  const job = await user.train({ ...endless(id), name: 'still going' })
  await page.goto('/datasets')
  await page.getByRole('button', { name: 'Actions for used.csv' }).click()
  await axe()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await step('dataset-delete')
  expectConsole(/409/)
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('link', { name: 'still going' }).waitFor()
  await step('dataset-in-use')
  await user.ask('POST', `/api/training/${job.id}/stop`)
  await user.finished(job.id)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Actions for used.csv' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await eventually(async () => (await page.getByRole('link', { name: 'used.csv' }).count()) === 0)
  t.equal((await user.ask('GET', `/api/datasets/${id}`)).status, 404)
})

browserTest('hostile names of files, columns, classes and jobs are text on every page', async (journey) => {
  const { t, page, user, stack, axe, step } = journey
  const evil = '<img src=x onerror=alert(1)>'
  const bidi = 'invoice\u202efdp.exe'
  const rows = Array.from({ length: 80 }, (_, i) =>
    [i, i % 7, i % 2 ? `"${evil}"` : bidi, i % 3 ? '🚂🚃' : 'x'.repeat(200)].join(',')
  )
  const long = 'c'.repeat(4_096)
  const table = `"${evil}",${long},label,"${bidi}"\n${rows.join('\n')}\n`
  const { id } = await user.dataset(`${evil}${bidi}🚂.csv`, table)
  await user.ask('PATCH', `/api/datasets/${id}`, { description: `${evil}\n${bidi}` })
  const job = await user.train({
    dataset_id: id,
    name: `${evil} ${bidi} ${'n'.repeat(100)}`,
    tags: [evil.slice(0, 40), bidi],
    target: 'label',
    model: { architecture: 'linear' },
    training: { epochs: 2 }
  })
  await user.finished(job.id)
  const clone = await user.train({
    dataset_id: id,
    name: `${bidi} ${evil}`,
    cloned_from: job.id,
    target: 'label',
    features: [evil, bidi],
    model: { architecture: 'linear' },
    training: { epochs: 1 }
  })
  await user.finished(clone.id)
  const failed = await scriptedJob(t, { stack, like: job.id, name: `${evil} failed` })
  await failed.report([{ type: 'log', stream: 'stdout', line: `${evil} ${bidi}` }])
  const message = `"${bidi}" in line 3, column "${evil}", is infinite: write a number.`
  await failed.finish({ outcome: 'failed', reason: 'data_error', message })
  let dialogs = 0
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  const paths = [
    '/',
    '/datasets',
    `/datasets/${id}`,
    `/datasets/${id}?tab=rows`,
    `/datasets/${id}?tab=used-by`,
    `/train?dataset=${id}&target=label`,
    '/jobs',
    `/jobs/${job.id}`,
    `/jobs/${job.id}/config`,
    `/jobs/${job.id}/logs`,
    `/jobs/${job.id}/artifacts`,
    `/jobs/${job.id}/lineage`,
    `/jobs/${clone.id}/lineage`,
    `/jobs/${clone.id}/config?beside=parent`,
    `/jobs/${failed.id}`,
    `/jobs/${failed.id}/logs`,
    `/datasets/${id}?tab=rows&line=3`,
    `/train?from=${clone.id}`,
    ...['overlay', 'scatter', 'parallel'].map((view) => `/compare?ids=${job.id},${clone.id}&view=${view}`),
    '/datasets/new',
    '/settings'
  ]
  for (const path of paths) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    const found = await page.evaluate(() => ({
      images: document.querySelectorAll('img[src="x"]').length,
      raw: document.body.textContent?.includes('\u202e') ?? false,
      title: document.title.includes('\u202e'),
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth
    }))
    t.same(found, { images: 0, raw: false, title: false, wide: 0 }, path)
  }
  t.equal(dialogs, 0)
  await page.goto(`/datasets/${id}`)
  await page
    .getByText(/\\u202E/)
    .first()
    .waitFor()
  await axe()
  await step('hostile-dataset')
})
