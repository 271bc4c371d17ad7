import { logLine, metrics, progress, state } from './event-log.ts'
import { startLive } from './harness.ts'

/**
 * A gateway in a process of its own, so that its memory can be measured apart from its clients'. Its one job publishes
 * what it is told to; the log keeps the newest 500 events only.
 */
export type Order = { publish: 'numbers' | 'lines'; count: number } | { state: 'succeeded' }
export type Report =
  | { url: string; tokens: string[]; jobId: string }
  | { kept: number; lastSeq: number; connections: number }

const BATCH = 100
const teardowns: (() => unknown)[] = []
const live = await startLive(
  { teardown: (work) => teardowns.unshift(work) },
  { limits: JSON.parse(process.argv[2] ?? '{}') }
)
const user = live.newUser()
const jobId = live.events.add(user.workspace_id)
const say = (report: Report) => process.send?.(report)

/** Bytes that are reachable, not what the allocator holds back. */
function kept() {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const connections = () =>
  new Promise<number>((done) => live.app.server.getConnections((_, count) => done(count)))

process.once('disconnect', () => process.exit())
process.on('message', async (order: Order) => {
  if ('state' in order) await live.events.append(jobId, state(order.state)).sent
  else {
    // Linux may take 36 MiB (tcp_rmem and tcp_wmem) for a client that does not read: what is published must be more.
    const pad = 'x'.repeat(30_000)
    const change = (n: number) => {
      if (order.publish === 'lines') return logLine(n, pad)
      return n % 2 ? metrics(n, { 'train/loss': n, [`validation/${pad}`]: n }) : progress(n)
    }
    for (let n = 1; n <= order.count; n += BATCH) {
      await Promise.all(
        Array.from({ length: BATCH }, (_, i) => live.events.append(jobId, change(n + i)).sent)
      )
      live.events.trim(jobId, live.events.lastSeq(jobId) - 500)
    }
  }
  say({ kept: kept(), lastSeq: live.events.lastSeq(jobId), connections: await connections() })
})
say({ url: live.url, tokens: Array.from({ length: 20 }, () => live.tokenFor(user)), jobId })
