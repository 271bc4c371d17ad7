import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SharedStack } from '@trainyard/stack/shared-stack'
import { eventually } from '@trainyard/testing/eventually'
import { type FaultProxy, faultProxy } from '@trainyard/testing/fault-proxy'
import { scriptedJob } from '@trainyard/testing/scripted-job'
import type { Page } from 'playwright-core'
import t from 'tap'
import { browserTests } from './harness.ts'
import { finishedJob, lossAt, metrics, progress, tableOf } from './stories.ts'

let cable: FaultProxy | undefined
/** Everything between browser and gateway goes through this cable. */
const browserTest = await browserTests(async ({ url }) => {
  cable = await faultProxy(t, Number(new URL(url).port))
  return cable.port
})
const connection = (page: Page, state: string) => page.locator(`[data-connection=${state}]`)

/** `kill -9`; whoever supervises the platform starts it again at the same address. */
function killGateway({ dataDir }: SharedStack) {
  const { pid } = JSON.parse(readFileSync(join(dataDir, 'run/gateway.json'), 'utf8')) as { pid: number }
  process.kill(pid, 'SIGKILL')
}

/** Every sequence number that the sockets brought, of one job. */
const seqs = (sockets: string[], id: string) =>
  sockets.flatMap((line) => {
    const frame = line.slice(line.indexOf('< ') + 2)
    if (!line.includes('< ') || !frame.includes('"job_update"') || !frame.includes(id)) return []
    const { seq, from_seq: from = seq } = JSON.parse(frame) as { seq: number; from_seq?: number }
    return [[from, seq]]
  })

browserTest(
  '14: the cable is pulled: old numbers say so, then everything is there once',
  async (journey) => {
    const { t, page, user, stack, step, sockets, expectConsole } = journey
    expectConsole(/WebSocket|Failed to load|ERR_/)
    const job = await scriptedJob(t, { stack, like: await finishedJob(user) })
    await page.goto(`/jobs/${job.id}`)
    await connection(page, 'live').waitFor()
    for (let at = 10; at <= 50; at += 10) await job.report([metrics(at, lossAt(at)), progress(at)])
    await eventually(async () => (await tableOf(page, 'loss')).length === 5)
    cable?.set('reset')
    await connection(page, 'reconnecting').waitFor()
    for (let at = 60; at <= 100; at += 10) await job.report([metrics(at, lossAt(at)), progress(at)])
    await page
      .getByText(/As of \d\d:\d\d:\d\d/)
      .first()
      .waitFor({ timeout: 30_000 })
    await step('job-stale')
    cable?.set('pass')
    await page.getByRole('button', { name: 'Try now' }).click()
    await connection(page, 'live').waitFor({ timeout: 40_000 })
    await eventually(async () => (await tableOf(page, 'loss')).length === 10)
    t.equal(await page.getByText(/As of \d\d:/).count(), 0)
    await job.report([metrics(110, lossAt(110)), progress(110)])
    await eventually(async () => (await tableOf(page, 'loss')).length === 11)
    const ranges = seqs(sockets, job.id)
    for (const [i, [from]] of ranges.entries()) {
      t.equal(from, i === 0 ? from : (ranges[i - 1]?.[1] ?? 0) + 1, 'no event twice, none missing')
    }
    await job.finish({ outcome: 'stopped', reason: 'user_stopped' })
  },
  { only: { width: 1280, theme: 'light' } }
)

browserTest(
  '15: the gateway is killed while tokens end every few seconds; the page goes on by itself',
  async (journey) => {
    const { t, page, user, stack, sockets, axe, expectConsole } = journey
    expectConsole(/WebSocket|Failed to load|ERR_/)
    // The server's tokens last 15 minutes; the page is told five seconds.
    await page.route('**/api/auth/refresh', async (route) => {
      const reply = await route.fetch()
      const text = await reply.text()
      await route.fulfill({ response: reply, body: text.replace(/"expires_in":\d+/, '"expires_in":5') })
    })
    const job = await scriptedJob(t, { stack, like: await finishedJob(user) })
    await page.goto(`/jobs/${job.id}`)
    await connection(page, 'live').waitFor()
    await job.report([metrics(10, lossAt(10)), progress(10)])
    const signIns = () => sockets.filter((line) => line.includes('> {"type":"authenticate"')).length
    await eventually(() => signIns() >= 3, 20_000)
    t.equal(sockets.filter((line) => line.includes(' open ')).length, 1, 'new tokens go over the open socket')
    killGateway(stack)
    await eventually(async () => (await connection(page, 'live').count()) === 0)
    await connection(page, 'live').waitFor({ timeout: 40_000 })
    for (let at = 20; at <= 50; at += 10) await job.report([metrics(at, lossAt(at)), progress(at)])
    await eventually(async () => (await tableOf(page, 'loss')).length === 5)
    await axe()
    await job.finish({ outcome: 'succeeded' })
    await page.locator('header [data-state=succeeded]').waitFor()
  },
  { only: { width: 1280, theme: 'light' } }
)
