import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newPerson, type Person } from '@trainyard/e2e/person'
import { type SharedStack, sharedStack } from '@trainyard/stack/shared-stack'
import { launchBrowser } from '@trainyard/testing/browser'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { axeProblems } from './axe.ts'
import { heightOf, screenshotFolder, takeShot, type Variant, variants, wideLight } from './shots.ts'
import { type Watch, watchContext } from './watch-context.ts'

export type Journey = {
  t: Test
  page: Page
  context: BrowserContext
  stack: SharedStack
  /** Somebody new; what they do here goes through the public API. */
  user: Person
  /** Fails with the rule and the node where axe finds something, in either theme. */
  axe: (of?: Page) => Promise<void>
  shot: (name: string, of?: Page) => Promise<void>
  /** The end of a step: axe and a picture. */
  step: (name: string, of?: Page) => Promise<void>
  /** Chromium logs this as an error, and the test means it to. */
  expectConsole: Watch['expect']
  /** What went over the sockets so far. */
  sockets: string[]
  /** Another browser of the same person, signed in; its console counts like the first one's. */
  device: (variant?: Variant) => Promise<Page>
}

type Options = {
  signedIn?: boolean
  /** Only this size and theme, also in the long form. */
  only?: Variant
}

const full = process.env.TEST_FULL === '1'
const slug = (name: string) => name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60)

/** The session as the browser would hold it after signing in. */
const cookieOf = ({ session }: Person, url: string) => ({
  name: 'ty_refresh',
  value: session.refresh_token ?? '',
  url,
  httpOnly: true,
  sameSite: 'Strict' as const
})

async function keepEvidence(name: string, context: BrowserContext, watch: Watch, page: Page) {
  const folder = join(screenshotFolder, 'failed', slug(name))
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'console.log'), watch.console.join('\n'))
  await writeFile(join(folder, 'sockets.log'), watch.sockets.join('\n'))
  await page.screenshot({ path: join(folder, 'page.png'), fullPage: true })
  await context.tracing.stop({ path: join(folder, 'trace.zip') })
  t.comment(`evidence: ${folder}`)
}

/**
 * `browserTest(name, journey)` for one file: one platform (the run's, or one of its own) and one Chromium, closed when
 * the file ends. Each test gets a person and a browser context of its own. It fails on anything that the page
 * complains about: console errors, uncaught errors, content policy reports. The long form goes through every journey
 * at both widths and in both themes.
 */
export async function browserTests(through?: (stack: SharedStack) => Promise<number>) {
  const stack = await sharedStack(t)
  const browser = await launchBrowser(through && (await through(stack)))
  t.teardown(() => browser.close())
  return (name: string, journey: (given: Journey) => Promise<unknown>, options: Options = {}) =>
    t.test(name, async (t) => {
      for (const variant of options.only ? [options.only] : full ? variants : [wideLight]) {
        await travel({ t, browser, stack, name, variant, journey, signedIn: options.signedIn ?? true })
      }
    })
}

type Trip = {
  t: Test
  browser: Browser
  stack: SharedStack
  name: string
  variant: Variant
  journey: (given: Journey) => Promise<unknown>
  signedIn: boolean
}

async function open({ browser, stack }: Trip, { width, theme }: Variant, user: Person | undefined) {
  const context = await browser.newContext({
    baseURL: stack.url,
    viewport: { width, height: heightOf(width) },
    colorScheme: theme,
    reducedMotion: 'reduce',
    acceptDownloads: true
  })
  context.setDefaultTimeout(15_000)
  if (user) await context.addCookies([cookieOf(user, stack.url)])
  return context
}

async function travel(trip: Trip) {
  const { t, stack, variant, journey, signedIn } = trip
  const user = await newPerson(stack.url)
  const context = await open(trip, variant, signedIn ? user : undefined)
  const watches = [await watchContext(context)]
  const [watch] = watches as [Watch]
  await context.tracing.start({ snapshots: true })
  const page = await context.newPage()
  const others: BrowserContext[] = []
  const axe = async (of = page) => {
    t.strictSame(await axeProblems(of, variant.theme), [], 'axe finds nothing in either theme')
  }
  const shot = async (name: string, of = page) => {
    await takeShot(of, name, variant)
  }
  const step = async (name: string, of = page) => {
    await axe(of)
    await shot(name, of)
  }
  const device = async (as = variant) => {
    const other = await open(trip, as, undefined)
    others.push(other)
    watches.push(await watchContext(other))
    await other.request.post('/api/auth/login', {
      headers: { origin: stack.url, 'x-trainyard-client': 'web' },
      data: { email: user.email, password: user.password }
    })
    return other.newPage()
  }
  const expectConsole = (pattern: RegExp) => {
    for (const one of watches) one.expect(pattern)
  }
  try {
    await journey({
      t,
      page,
      context,
      stack,
      user,
      axe,
      shot,
      step,
      expectConsole,
      sockets: watch.sockets,
      device
    })
  } catch (error) {
    t.error(error, 'the journey goes through')
  }
  const problems = watches.flatMap((one) => one.problems())
  t.strictSame(problems, [], 'no console error, no uncaught error, no policy report')
  if (!t.passing()) await keepEvidence(trip.name, context, watch, page)
  await Promise.all([context, ...others].map((one) => one.close()))
}
