import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedStackEnvironment } from '@trainyard/stack/shared-stack'
import { startStack } from '@trainyard/stack/start-stack'
import { chromiumFor } from './install-chromium.ts'
import type { Part } from './part.ts'
import { runTap } from './tap.ts'

/**
 * The whole platform once, on free ports and a data folder of its own, for all end-to-end files: the black-box tests
 * and the journeys through the pages in a real browser.
 */
export const endToEndPart: Part = {
  name: 'end-to-end',
  run: async (context) => {
    const chromium = await chromiumFor(context)
    const dataDir = mkdtempSync(join(tmpdir(), 'trainyard e2e '))
    const log = (line: string) => context.say(`  ${line}`)
    try {
      const stack = await startStack({ dataDir, env: context.env, log, signal: context.signal })
      try {
        const env = { ...context.env, ...sharedStackEnvironment(stack), CHROMIUM_PATH: chromium }
        const patterns = ['packages/e2e/test/**/*.test.ts', 'services/web/test/browser/**/*.test.ts']
        return await runTap(patterns, 1, { ...context, env })
      } finally {
        await stack.stop()
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}
