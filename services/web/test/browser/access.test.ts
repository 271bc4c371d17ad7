import { twoClasses } from '@trainyard/e2e/tables'
import { eventually } from '@trainyard/testing/eventually'
import type { Page } from 'playwright-core'
import { browserTests } from './harness.ts'
import { finishedJob } from './stories.ts'

const browserTest = await browserTests()
const h1 = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name })

/** Tab until something with this name has the focus; a page where that never happens fails. */
async function tabTo(page: Page, name: RegExp, most = 80) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const found = await page.evaluate(() => {
      const { activeElement: element } = document
      const label = element?.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`) : undefined
      return [element?.getAttribute('aria-label'), label?.textContent, element?.textContent].join(' ')
    })
    if (name.test(found)) return
  }
  throw new Error(`Tab never reached ${name}`)
}

browserTest(
  '25: from sign-in to a trained model by keyboard alone, at 320 px, with reduced motion',
  async (journey) => {
    const { t, page, user, step, expectConsole } = journey
    await page.setViewportSize({ width: 320, height: 640 })
    expectConsole(/401/)
    await user.dataset('points.csv', twoClasses())
    const noOverflow = async (where: string) =>
      t.ok(
        await page.evaluate(
          () => document.documentElement.scrollWidth <= document.documentElement.clientWidth
        ),
        `nothing is wider than 320 px: ${where}`
      )
    await page.goto('/sign-in')
    await h1(page, 'Sign in').waitFor()
    await noOverflow('sign-in')
    await page.keyboard.type(user.email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(user.password)
    await page.keyboard.press('Enter')
    await h1(page, 'Overview').waitFor()
    await noOverflow('overview')
    // After signing in the heading has the focus; a page that is loaded begins at its beginning.
    await page.goto('/jobs')
    await h1(page, 'Jobs').waitFor()
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to the content')
    await page.keyboard.press('Enter')
    t.ok(await page.evaluate(() => document.activeElement?.id === 'main'), 'and it does')
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await h1(page, 'Datasets').waitFor()
    t.ok(
      await h1(page, 'Datasets').evaluate((node) => node === document.activeElement),
      'the heading has focus'
    )
    await page.reload()
    await h1(page, 'Datasets').waitFor()
    t.ok(
      await page.evaluate(() => document.activeElement === document.body),
      'a page that is loaded again begins at its beginning'
    )
    await noOverflow('datasets')
    await tabTo(page, /^\s*points\.csv/)
    await page.keyboard.press('Enter')
    await h1(page, 'points.csv').waitFor()
    await noOverflow('dataset')
    await step('dataset-320')
    await page.setViewportSize({ width: 320, height: 640 })
    await tabTo(page, /Train a model/)
    await page.keyboard.press('Enter')
    await page.getByText('Learns from').waitFor()
    await noOverflow('train')
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/jobs\/[0-9a-f-]{36}/)
    await eventually(() => page.locator('header [data-state=succeeded]').isVisible(), 60_000)
    await noOverflow('job')
    await step('job-320')
    await page.setViewportSize({ width: 320, height: 640 })
    await page.keyboard.press('?')
    const help = page.getByRole('dialog')
    await help.waitFor()
    await step('shortcuts-320')
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('settings')
    await step('palette-320')
    await page.keyboard.press('Enter')
    await h1(page, /Settings/).waitFor()
    await page.setViewportSize({ width: 320, height: 640 })
    await noOverflow('settings')
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 0)
        .map((animation) => String((animation as CSSAnimation).animationName))
    )
    t.same(moving, [], 'nothing moves')
  },
  { signedIn: false }
)

browserTest('every page stands at 320 px and at 2,560 px, in both themes', async (journey) => {
  const { t, page, user, axe, shot } = journey
  const job = await finishedJob(user)
  const { dataset_id: dataset } = await user.job(job)
  const paths = {
    overview: '/',
    datasets: '/datasets',
    upload: '/datasets/new',
    dataset: `/datasets/${dataset}`,
    train: `/train?dataset=${dataset}`,
    jobs: '/jobs',
    job: `/jobs/${job}`,
    compare: `/compare?ids=${job}`,
    settings: '/settings'
  }
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    for (const width of [320, 2_560]) {
      await page.setViewportSize({ width, height: 900 })
      const wider = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      t.ok(await eventually(async () => (await wider()) <= 0).catch(() => false), `${name} at ${width}`)
    }
    await page.setViewportSize({ width: 375, height: 812 })
    await axe()
    await shot(`page-${name}`)
  }
})
