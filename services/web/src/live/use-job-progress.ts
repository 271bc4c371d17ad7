import type { Progress } from '@trainyard/contracts/training'
import { useCallback, useSyncExternalStore } from 'react'
import type { JobCell } from './job-cells.ts'
import { live } from './live.ts'

/** What the live feed last said of a job, for one cell of a list; undefined until it says something. */
export function useJobCell(jobId: string): JobCell | undefined {
  const subscribe = useCallback((listener: () => void) => live.cells.subscribe(jobId, listener), [jobId])
  return useSyncExternalStore(subscribe, () => live.cells.get(jobId))
}

/** The newest progress: from the live feed, or else as the list knew it. */
export function useJobProgress(jobId: string, known?: Progress | null): Progress | undefined {
  return useJobCell(jobId)?.progress ?? known ?? undefined
}
