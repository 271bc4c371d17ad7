import type { JobUpdate } from '@trainyard/contracts/live'
import type { JobState, Progress } from '@trainyard/contracts/training'

/** What one live cell of a list shows. */
export type JobCell = { seq: number; state: JobState | undefined; progress: Progress | undefined }
export type JobCells = ReturnType<typeof createJobCells>

/** Jobs that are remembered; the ones that moved longest ago go first. */
const LIMIT = 2_000

/** The newest progress of every job, each with readers of its own: a list of 200 running jobs updates 200 cells, not itself. */
export function createJobCells(limit = LIMIT) {
  const cells = new Map<string, JobCell>()
  const listeners = new Map<string, Set<() => void>>()
  const changed = new Set<string>()

  return {
    get: (jobId: string) => cells.get(jobId),
    /** The highest `seq` of a job wins. */
    take(update: JobUpdate) {
      if (update.event !== 'state' && update.event !== 'progress') return
      const known = cells.get(update.job_id)
      if (known && known.seq >= update.seq) return
      const cell: JobCell =
        update.event === 'state'
          ? { seq: update.seq, state: update.data.state, progress: known?.progress }
          : { seq: update.seq, state: known?.state, progress: update.data }
      cells.delete(update.job_id)
      cells.set(update.job_id, cell)
      changed.add(update.job_id)
      const oldest = cells.size > limit ? cells.keys().next().value : undefined
      if (oldest !== undefined) cells.delete(oldest)
    },
    notify() {
      for (const id of changed) for (const listener of [...(listeners.get(id) ?? [])]) listener()
      changed.clear()
    },
    subscribe(jobId: string, listener: () => void) {
      const all = listeners.get(jobId) ?? new Set()
      listeners.set(jobId, all)
      all.add(listener)
      return () => {
        all.delete(listener)
        if (all.size === 0) listeners.delete(jobId)
      }
    }
  }
}
