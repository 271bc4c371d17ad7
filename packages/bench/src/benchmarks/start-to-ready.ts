import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npmStart } from '../platform.ts'
import { type Result, summarise } from '../result.ts'

/** Seconds from typing `npm start` on a data folder that exists to every service's readiness; beside it the first start. */
export async function startToReady(): Promise<Result[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trainyard-bench-'))
  try {
    const first = await npmStart(dataDir)
    await first.stop()
    const seconds: number[] = []
    for (let i = 0; i < 5; i++) {
      const platform = await npmStart(dataDir)
      seconds.push(platform.readyMs / 1_000)
      await platform.stop()
    }
    return [
      summarise('start_to_ready', 's', seconds, { name: 'first start', samples: [first.readyMs / 1_000] })
    ]
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}
