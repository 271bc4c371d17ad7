import { newPerson } from '@trainyard/e2e/person'
import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()
const h1 = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

browserTest(
  'somebody else signs in in another tab: the first tab forgets its person and shows the new one',
  async ({ t, page, context, user, stack, expectConsole }) => {
    expectConsole(/401/)
    const other = await newPerson(stack.url)
    await user.dataset('private.csv', 'a,b\n1,2\n3,4\n')
    await page.goto('/datasets')
    await page.getByText('private.csv').first().waitFor()
    const second = await context.newPage()
    await second.goto('/sign-in')
    await second.getByLabel('E-mail').fill(other.email)
    await second.getByLabel('Password', { exact: true }).fill(other.password)
    await second.getByRole('button', { name: 'Sign in' }).click()
    await h1(second, 'Overview').waitFor()
    await h1(page, 'Overview').waitFor()
    await page.getByText('Train your first model').waitFor()
    t.equal(await page.getByText('private.csv').count(), 0, 'nothing of the first person is left')
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByText(other.email).waitFor()
  }
)

browserTest('the set-up link opens a filled form, and its token leaves the address', async (journey) => {
  const { t, page, stack, step, expectConsole } = journey
  if (!stack.setupUrl) return t.comment('this platform has its administrator already')
  expectConsole(/401/)
  await page.context().clearCookies()
  const { pathname, hash } = new URL(stack.setupUrl)
  await page.goto(`${pathname}${hash}`)
  await h1(page, 'Set up Trainyard').waitFor()
  t.equal(new URL(page.url()).hash, '', 'the token is in no history')
  t.not(await page.getByLabel('Set-up token').inputValue(), '', 'but in its field')
  await step('setup')
})
