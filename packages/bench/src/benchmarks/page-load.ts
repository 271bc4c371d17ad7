import { numbersOf, runInPage } from '../pages/in-page.ts'
import { openPlatform } from '../pages/open-platform.ts'
import { type Result, summarise } from '../result.ts'

const LOADS = 15

/** A job's page, warm: milliseconds to its largest paint, and requests that reach the server. */
export async function pageLoad(): Promise<Result[]> {
  const { context, job, close } = await openPlatform()
  try {
    const page = await context.newPage()
    await runInPage(page, 'paint')
    const network = await context.newCDPSession(page)
    await network.send('Network.enable')
    let requests = 0
    network.on('Network.responseReceived', ({ response }) => {
      if (!response.fromDiskCache && !response.fromPrefetchCache) requests += 1
    })
    network.on('Network.requestServedFromCache', () => {
      requests -= 1
    })
    const [paints, counts]: [number[], number[]] = [[], []]
    for (let i = -2; i < LOADS; i++) {
      requests = 0
      await page.goto(`/jobs/${job}`)
      await page.locator('figure canvas').first().waitFor()
      await page.waitForLoadState('networkidle')
      if (i < 0) continue
      paints.push(...(await numbersOf(page, 'largestPaint')))
      counts.push(requests)
      await page.goto('about:blank')
    }
    return [summarise('page_load', 'ms', paints), summarise('page_load_requests', 'requests', counts)]
  } finally {
    await close()
  }
}
