import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPerson } from '@trainyard/e2e/person'
import { brief, twoClasses } from '@trainyard/e2e/tables'
import { startStack } from '@trainyard/stack/start-stack'
import { launchBrowser } from '@trainyard/testing/browser'

/** A platform with one person, one finished job and a signed-in browser at 1280 × 900. */
export type Opened = Awaited<ReturnType<typeof openPlatform>>

export async function openPlatform() {
  const closers: (() => unknown)[] = []
  const teardown = (work: () => unknown) => void closers.unshift(work)
  const close = async () => {
    for (const work of closers) await work()
  }
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'trainyard-bench-'))
    teardown(() => rm(dataDir, { recursive: true, force: true }))
    const stack = await startStack({ dataDir })
    teardown(stack.stop)
    const user = await newPerson(stack.url)
    const { id: dataset } = await user.dataset('points.csv', twoClasses(), 120_000)
    const { id: job } = await user.train(brief(dataset, 20))
    await user.finished(job, 120_000)
    const browser = await launchBrowser()
    teardown(() => browser.close())
    const context = await browser.newContext({
      baseURL: stack.url,
      viewport: { width: 1280, height: 900 }
    })
    await context.addCookies([
      { name: 'ty_refresh', value: user.session.refresh_token ?? '', url: stack.url, httpOnly: true }
    ])
    return { stack, user, job, context, t: { teardown }, close }
  } catch (error) {
    await close()
    throw error
  }
}
