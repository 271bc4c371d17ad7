import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { npmStart } from '../platform.ts'
import { processTree } from '../process-tree.ts'
import { type Result, summarise } from '../result.ts'

const SETTLE_MS = 15_000

/**
 * Sum of proportional set sizes of every process of the platform with one worker, npm and the bootstrap
 * included, once the trainer is warm and nothing happens; in MiB.
 */
export async function idleMemory(): Promise<Result[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trainyard-bench-'))
  try {
    const platform = await npmStart(dataDir)
    try {
      await sleep(SETTLE_MS)
      const sums: number[] = []
      for (let i = 0; i < 5; i++) {
        const tree = await processTree(platform.pid)
        sums.push(tree.reduce((sum, { pssBytes }) => sum + pssBytes, 0) / 2 ** 20)
        if (i === 0) for (const line of largest(tree)) process.stderr.write(`${line}\n`)
        await sleep(1_000)
      }
      return [summarise('idle_memory', 'MiB', sums)]
    } finally {
      await platform.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

const largest = (tree: Awaited<ReturnType<typeof processTree>>) =>
  tree
    .toSorted((a, b) => b.pssBytes - a.pssBytes)
    .slice(0, 20)
    .map(
      ({ pssBytes, command }) =>
        `# ${(pssBytes / 2 ** 20).toFixed(0).padStart(5)} MiB  ${command.slice(0, 90)}`
    )
