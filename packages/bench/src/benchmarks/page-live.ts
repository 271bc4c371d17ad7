import { setTimeout as sleep } from 'node:timers/promises'
import { type ScriptedJob, scriptedJob } from '@trainyard/testing/scripted-job'
import { Client } from 'pg'
import type { Page } from 'playwright-core'
import { numbersOf, runInPage } from '../pages/in-page.ts'
import { openPlatform } from '../pages/open-platform.ts'
import { quantile, type Result, summarise } from '../result.ts'

const POINTS = 100_000
const SECONDS = 60
const EVERY_MS = 50
/** Each in a panel of its own. */
const keys = ['loss', 'accuracy', 'macro_f1', 'balanced_accuracy', 'precision', 'recall'].map(
  (name) => `validation/${name}`
)

async function history(url: string, jobId: string) {
  const database = new Client({ connectionString: url })
  await database.connect()
  await database.query(
    `insert into job.points (job_id, key, attempt, step, epoch, value)
     select $1, key, 1, step, step / 100, exp(-step / 30000.0) + random() * 0.05
     from unnest($2::text[]) key, generate_series(1, $3::int) step`,
    [jobId, keys, POINTS]
  )
  await database.end()
}

async function heapMiB(page: Page) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  await devtools.detach()
  return usedSize / 2 ** 20
}

async function feed(script: ScriptedJob) {
  const end = performance.now() + SECONDS * 1_000
  for (let step = POINTS + 1; performance.now() < end; step++) {
    const next = sleep(EVERY_MS)
    const values = Object.fromEntries(
      keys.map((key) => [key, Math.exp(-step / 30_000) + Math.random() * 0.05])
    )
    await script.report([{ type: 'metrics', data: { step, epoch: 1_000, values } }])
    await next
  }
}

/**
 * A job's page with six charts of 100,000 points each, then 20 updates a second for a minute: 95th percentile of the
 * gap between frames, and how much the heap has grown, after collection.
 */
export async function pageLive(): Promise<Result[]> {
  const { context, stack, job, t, close } = await openPlatform()
  try {
    const script = await scriptedJob(t, { stack, like: job, name: 'live' })
    await history(stack.stores.postgres, script.id)
    const page = await context.newPage()
    await runInPage(page, 'frames')
    // All six at once, however the page lays them out.
    await page.setViewportSize({ width: 1280, height: 2_000 })
    const opened = performance.now()
    await page.goto(`/jobs/${script.id}`)
    await page
      .locator('figure canvas')
      .nth(keys.length - 1)
      .waitFor()
    const openMs = performance.now() - opened
    const before = await heapMiB(page)
    const framesBefore = (await numbersOf(page, 'gaps')).length
    await feed(script)
    const gaps = (await numbersOf(page, 'gaps')).slice(framesBefore)
    const growth = (await heapMiB(page)) - before
    await script.finish({ outcome: 'stopped', reason: 'user_stopped' })
    const p95 = quantile(
      gaps.toSorted((a, b) => a - b),
      0.95
    )
    return [
      summarise('page_live_open', 'ms', [openMs]),
      { ...summarise('page_live_frame_p95', 'ms', gaps), median: p95 },
      summarise('page_live_heap_growth', 'MiB', [growth])
    ]
  } finally {
    await close()
  }
}
