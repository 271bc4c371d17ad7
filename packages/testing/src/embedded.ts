import { mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from '@trainyard/stack/processes/child'
import type { ProcessDefinition } from '@trainyard/stack/processes/definition'
import { signalPid } from '@trainyard/stack/processes/process-table'

/** Lets the test process end by itself while the server runs. */
function letGo({ process: child }: Child) {
  child.unref()
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref()
}

/**
 * Starts a server that lives until this process ends, with a data folder that goes with it. On Linux the kernel ends it
 * even when this process is killed.
 */
export async function startForProcess(
  define: (dataDir: string) => Promise<ProcessDefinition>
): Promise<{ child: Child; dataDir: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trainyard-test-'))
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  try {
    const child = await startChild(await define(dataDir))
    letGo(child)
    process.once('exit', () => {
      signalPid(child.pid, 'SIGKILL')
      remove()
    })
    return { child, dataDir }
  } catch (error) {
    remove()
    throw error
  }
}
