import { setTimeout as sleep } from 'node:timers/promises'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import { numbersOf, runInPage } from '../pages/in-page.ts'
import { openPlatform } from '../pages/open-platform.ts'
import { quantile, type Result, summarise } from '../result.ts'

const MESSAGES = 300
const EVERY_MS = 50
const STEPS = 100_000

/** Milliseconds from a progress message at the socket to its step in the page's text; 20 messages a second. */
export async function messageToText(): Promise<Result[]> {
  const { context, stack, job, t, close } = await openPlatform()
  try {
    const script = await scriptedJob(t, { stack, like: job, name: 'live' })
    const page = await context.newPage()
    await runInPage(page, 'stopwatch')
    await page.goto(`/jobs/${script.id}`)
    await page.getByText('Running').first().waitFor()
    for (let step = 1; step <= MESSAGES; step++) {
      const data = { epoch: 1, epochs: 10, step, steps: STEPS, percent: (100 * step) / STEPS }
      const rest = { eta_seconds: 60, samples_per_second: 1_000, phase: 'training' as const }
      await script.report([{ type: 'progress', data: { ...data, ...rest } }])
      await sleep(EVERY_MS)
    }
    const took = await numbersOf(page, 'took')
    await script.finish({ outcome: 'stopped', reason: 'user_stopped' })
    const p95 = quantile(
      took.toSorted((a, b) => a - b),
      0.95
    )
    return [
      summarise('message_to_text', 'ms', took),
      { ...summarise('message_to_text_p95', 'ms', took), median: p95 }
    ]
  } finally {
    await close()
  }
}
