import { availableParallelism } from 'node:os'
import type { Part } from './part.ts'
import { startSharedServers } from './shared-servers.ts'
import { runTap } from './tap.ts'

/** Every test file but the end-to-end ones, in one tap run, on one set of servers. */
export const typescriptPart: Part = {
  name: 'TypeScript',
  run: async (context) => {
    const servers = await startSharedServers(context.env)
    try {
      const patterns = ['services/!(web)/test/**/*.test.ts', 'packages/!(e2e)/test/**/*.test.ts']
      const jobs = Math.max(2, Math.min(4, availableParallelism()))
      return await runTap(patterns, jobs, { ...context, env: { ...context.env, ...servers.env } })
    } finally {
      await servers.stop()
    }
  }
}
