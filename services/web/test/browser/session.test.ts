import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'

const browserTest = await browserTests()
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

async function signIn(page: Page, email: string, password: string) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

browserTest(
  '1: register, sign in, and sign out in all tabs',
  async ({ t, page, context, user, step, expectConsole }) => {
    // Nobody is signed in: the page asks, and is told so.
    expectConsole(/401/)
    await page.goto('/register')
    await step('register')
    await page.getByLabel('E-mail').fill(`new-${user.email}`)
    await page.getByLabel('Password', { exact: true }).fill('12345678')
    await page.getByRole('button', { name: 'Create account' }).click()
    expectConsole(/4(00|22)/)
    await page.getByText(/tried first/).waitFor()
    await step('register-common-password')
    await page.getByLabel('Password', { exact: true }).fill(user.password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await heading(page, 'Overview').waitFor()
    await step('overview-first-run')

    const second = await context.newPage()
    await second.goto('/jobs')
    await heading(second, 'Jobs').waitFor()
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await heading(page, 'Sign in').waitFor()
    await heading(second, 'Sign in').waitFor()
    await step('sign-in')
    await signIn(page, `new-${user.email}`, user.password)
    await heading(page, 'Overview').waitFor()
    const cookies = await context.cookies()
    t.match(
      cookies.find(({ name }) => name === 'ty_refresh'),
      { httpOnly: true, sameSite: 'Strict' }
    )
    t.same(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0])
  },
  { signedIn: false }
)

browserTest(
  '2: a wrong password says one thing, and too many tries count down',
  async ({ t, page, user, stack, step, shot, expectConsole }) => {
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.goto('/sign-in')
    await heading(page, 'Sign in').waitFor()
    await page.waitForLoadState('networkidle')
    t.ok(
      requests.every((url) => url.startsWith(stack.url)),
      'nothing is asked elsewhere'
    )
    t.ok(
      requests.length <= 6,
      `${requests.length} requests: ${requests.map((url) => url.slice(stack.url.length))}`
    )
    expectConsole(/401|429/)
    const alert = page.getByRole('alert')
    for (let i = 0; i < 6; i++) {
      const answer = page.waitForResponse('**/api/auth/login')
      await signIn(page, user.email, `wrong password ${i}`)
      if ((await answer).status() === 429) break
      await alert.getByText('E-mail or password is wrong').waitFor()
      if (i === 0) await step('sign-in-wrong')
    }
    await page.getByRole('button', { name: /^Try again in \d+ s$/, disabled: true }).waitFor()
    await alert.getByText(/Wait \d+ s/).waitFor()
    await shot('sign-in-countdown')
    t.equal(await page.getByLabel('E-mail').inputValue(), user.email, 'what was typed is there')
    await page.getByRole('button', { name: 'Sign in', disabled: false }).waitFor()
    await signIn(page, user.email, user.password)
    await heading(page, 'Overview').waitFor()
  },
  { signedIn: false }
)

browserTest(
  '3: a protected link leads to sign-in and back, and nowhere else',
  async ({ t, page, user, step, expectConsole }) => {
    expectConsole(/401/)
    await page.goto('/jobs?state=running&q=a%26b')
    await heading(page, 'Sign in').waitFor()
    await signIn(page, user.email, user.password)
    await heading(page, 'Jobs').waitFor()
    t.match(new URL(page.url()).search, /state=running&q=a%26b/)
    await page.context().clearCookies()
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
      await signIn(page, user.email, user.password)
      await heading(page, 'Overview').waitFor()
      t.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\/$/)
      await page.context().clearCookies()
    }
    expectConsole(/404/)
    await page.goto('/nowhere')
    await signIn(page, user.email, user.password)
    await heading(page, 'Page not found').waitFor()
    await step('not-found')
  },
  { signedIn: false }
)
