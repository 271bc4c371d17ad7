import { QUEUES } from '@trainyard/contracts/queues'
import { makeAdministrator } from '@trainyard/testing/administrator'
import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()
const names = Object.values(QUEUES)

async function openMenu(page: Page) {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Settings' }).waitFor()
}

/** The names and the numbers of all queues, which come by a call of the dashboard's own. */
async function queuesDrawn(page: Page) {
  await page.waitForURL(({ pathname }) => /^\/admin\/queues\/?$/.test(pathname), { timeout: 30_000 })
  for (const name of names) await page.getByRole('main').getByText(name, { exact: true }).first().waitFor()
}

browserTest(
  'an administrator opens the queue dashboard from the account menu; for a member there is none',
  async ({ t, page, user, stack, shot, device }) => {
    await page.goto('/')
    await openMenu(page)
    t.equal(await page.getByRole('menuitem', { name: 'Queue dashboard' }).count(), 0)
    t.equal((await page.request.get('/admin/queues')).status(), 404)
    t.equal((await page.request.get('/admin/queues/api/queues')).status(), 404)
    await page.goto('/admin/queues')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()

    const undo = await makeAdministrator(stack.stores.postgres, user.email)
    t.teardown(undo)
    await page.reload()
    await openMenu(page)
    await page.getByRole('menuitem', { name: 'Queue dashboard' }).click()
    await queuesDrawn(page)
    t.equal(await page.getByText(/loading/i).count(), 0)
    await shot('admin-queues')
    await page.getByRole('link', { name: 'train-cpu' }).first().click()
    await page.waitForURL(/\/admin\/queues\/queue\/train-cpu/)
    await page.getByText('Completed').first().waitFor()
    await shot('admin-queue')

    const elsewhere = await device()
    await elsewhere.goto('/admin/queues')
    await queuesDrawn(elsewhere)
    t.pass('signed in already, the address alone is enough')
  }
)
