import type { JobState } from '@trainyard/contracts/training'

export type BulkAction = 'stop' | 'resume' | 'tag' | 'delete'
/** `skipped`: it had ended, was running, or was gone already, so there was nothing to do. */
export type Outcome = 'done' | 'skipped' | 'failed'
export type Report = { done: number; skipped: number; failed: { id: string; error: unknown }[] }

/** At once: quick for a person, and far below what the server limits. */
export const PARALLEL = 6

/** Does `work` for every id, six at a time; one failure stops none of the others. */
export async function runBulk(
  ids: readonly string[],
  work: (id: string) => Promise<Exclude<Outcome, 'failed'>>,
  onProgress: (finished: number) => void = () => undefined
): Promise<Report> {
  const report: Report = { done: 0, skipped: 0, failed: [] }
  const left = ids[Symbol.iterator]()
  let finished = 0
  async function lane() {
    for (const id of left) {
      try {
        const outcome = await work(id)
        report[outcome]++
      } catch (error) {
        report.failed.push({ id, error })
      }
      onProgress(++finished)
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, ids.length) }, lane))
  return report
}

/** Codes that say that there is nothing to do, which for many jobs at a time is no failure. */
const NOTHING_TO_DO: Record<BulkAction, readonly string[]> = {
  stop: ['JOB_FINISHED', 'JOB_NOT_FOUND'],
  resume: ['JOB_NOT_RESUMABLE', 'JOB_NOT_FINISHED', 'JOB_NOT_FOUND'],
  tag: ['JOB_NOT_FOUND'],
  delete: ['JOB_NOT_FOUND']
}
export const isNothingToDo = (action: BulkAction, code: string) => NOTHING_TO_DO[action].includes(code)

const WORDS: Record<BulkAction, { done: string; skipped: [one: string, many: string] }> = {
  stop: { done: 'stopped', skipped: ['had finished', 'had finished'] },
  resume: { done: 'resumed', skipped: ['cannot be resumed', 'cannot be resumed'] },
  tag: { done: 'tagged', skipped: ['was gone', 'were gone'] },
  delete: { done: 'deleted', skipped: ['was gone', 'were gone'] }
}

/** “7 stopped, 1 had finished.” */
export function sentenceOf(action: BulkAction, { done, skipped, failed }: Report): string {
  const { done: did, skipped: words } = WORDS[action]
  const parts = [
    ...(done > 0 || skipped + failed.length === 0 ? [`${done} ${did}`] : []),
    ...(skipped > 0 ? [`${skipped} ${words[skipped === 1 ? 0 : 1]}`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : [])
  ]
  return `${parts.join(', ')}.`
}

const CAN: Record<Exclude<BulkAction, 'tag'>, readonly JobState[]> = {
  stop: ['queued', 'running'],
  resume: ['stopped', 'failed'],
  delete: ['succeeded', 'failed', 'stopped']
}
/** How many of these states the action does something to: a button for none is disabled and says why. */
export const countFor = (action: BulkAction, states: readonly JobState[]) =>
  action === 'tag' ? states.length : states.filter((state) => CAN[action].includes(state)).length

/** A tag more, in the order they had; the server takes at most 20. */
export const withTag = (tags: readonly string[], tag: string) => [...new Set([...tags, tag])]
