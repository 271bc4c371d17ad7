import { createClient } from '@trainyard/client/client'
import { eventually } from '@trainyard/testing/eventually'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()

browserTest(
  'settings count at once and stay: theme, density, UTC, single keys',
  async ({ t, page, user, step }) => {
    const root = () => page.evaluate(() => ({ ...document.documentElement.dataset }))
    await page.goto('/settings/preferences')
    await page.getByRole('radio', { name: 'Light' }).check()
    await page.getByRole('radio', { name: /^Compact/ }).check()
    await page.getByRole('radio', { name: /^UTC/ }).check()
    await page.getByRole('switch', { name: /Single-key/ }).uncheck()
    t.match(await root(), { theme: 'light', density: 'compact', keys: 'off' })
    await page.keyboard.press('n')
    t.match(page.url(), /\/settings\/preferences$/, 'n does nothing now')
    await page.reload()
    t.match(await root(), { theme: 'light', density: 'compact', keys: 'off' })
    t.ok(await page.getByRole('radio', { name: /^UTC/ }).isChecked(), 'UTC stays as well')
    await page.emulateMedia({ colorScheme: 'dark' })
    t.match(await root(), { theme: 'light' }, 'a choice wins over the system')
    await page.getByRole('radio', { name: /^System/ }).check()
    t.match(await root(), { theme: 'dark' })
    await page.emulateMedia({ colorScheme: 'light' })
    // The page hears of the system's theme by an event.
    await eventually(async () => (await root()).theme === 'light')
    await page.getByRole('switch', { name: /Single-key/ }).check()
    await step('preferences')
    await page.getByRole('link', { name: 'Account' }).click()
    await page.getByText(user.email).waitFor()

    await step('account')
  }
)

browserTest('the password changes with the current one, and every other session ends', async (journey) => {
  const { t, page, user, stack, step, expectConsole } = journey
  const elsewhere = createClient({ baseUrl: stack.url })
  await elsewhere.auth.login({ email: user.email, password: user.password })
  await page.goto('/settings/password')
  const current = page.getByLabel('Current password')
  const next = page.getByLabel('New password')
  await current.fill('not the current one')
  await next.fill('an entirely new phrase 5')
  expectConsole(/401/)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('It is wrong.').waitFor()
  await step('password-wrong')
  await current.fill(user.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('All other sessions have ended.').waitFor()
  t.equal(await current.inputValue(), '', 'nothing typed stays')
  await t.rejects(elsewhere.auth.refresh(), /session has ended/)
  await elsewhere.auth.login({ email: user.email, password: 'an entirely new phrase 5' })
})

browserTest(
  'search and shortcuts: every page and every thing by keyboard',
  async ({ t, page, user, step }) => {
    await user.dataset('harbour.csv', 'a,b\n1,2\n3,4\n')
    await page.goto('/')
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('harb')
    await page.getByRole('option', { name: /harbour\.csv/ }).waitFor()
    await step('search')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /harbour/ }).waitFor()
    for (const [keys, name] of [
      ['gj', 'Jobs'],
      ['gs', 'Settings'],
      ['gd', 'Datasets'],
      ['go', 'Overview']
    ]) {
      for (const key of keys ?? '') await page.keyboard.press(key)
      const heading = page.getByRole('heading', { level: 1, name })
      await heading.waitFor()
      t.ok(
        await heading.evaluate((node) => node === document.activeElement),
        `${name}: its heading has focus`
      )
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await step('shortcuts')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
)
