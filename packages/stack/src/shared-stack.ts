import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stack } from './stack.ts'
import { startStack } from './start-stack.ts'

/** What a test file needs of a platform that another process started. */
export type SharedStack = Pick<Stack, 'url' | 'dataDir' | 'stores'> & {
  /** As it was when the platform started. */
  setupUrl: string | undefined
}

/** Tells the test files of one run where their platform is; read by `sharedStack`. */
export function sharedStackEnvironment({ url, setupUrl, dataDir, stores }: Stack): Record<string, string> {
  return { TEST_STACK: JSON.stringify({ url, setupUrl, dataDir, stores } satisfies SharedStack) }
}

/**
 * The platform that the run started once for all its files. Alone, without TEST_STACK, one of its own that stops with
 * the test.
 */
export async function sharedStack(
  t: { teardown: (work: () => unknown) => unknown },
  env: NodeJS.ProcessEnv = process.env
): Promise<SharedStack> {
  if (env.TEST_STACK) return JSON.parse(env.TEST_STACK) as SharedStack
  const dataDir = await mkdtemp(join(tmpdir(), 'trainyard e2e '))
  const stack = await startStack({ dataDir, env })
  t.teardown(async () => {
    await stack.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  return stack
}
