import { isTerminal } from '@trainyard/contracts/terminal'
import type { JobState } from '@trainyard/contracts/training'

export type BulkAction = 'stop' | 'resume' | 'tag' | 'delete'
/** `skipped`: there was nothing to do, because it had ended, say. */
export type Outcome = 'done' | 'skipped'
export type Report = { done: number; skipped: number; failed: { id: string; error: unknown }[] }

/** At once: quick for a person, and far below what the server limits. */
export const PARALLEL = 6

/** Does `work` for every id, six at a time; one failure stops none of the others. */
export async function runBulk(
  ids: readonly string[],
  work: (id: string) => Promise<Outcome>,
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

type Codes = Partial<Record<string, Outcome>>
/** Refusals that for many jobs at a time are no failure: the list was a moment old. */
const REFUSALS: Record<BulkAction, Codes> = {
  stop: { JOB_FINISHED: 'skipped' },
  resume: { JOB_NOT_RESUMABLE: 'skipped', JOB_NOT_FINISHED: 'skipped' },
  tag: {},
  delete: { JOB_NOT_FINISHED: 'skipped', JOB_NOT_FOUND: 'done' }
}
/** What a refusal with this code means; undefined where it is a failure. */
export const outcomeOf = (action: BulkAction, code: string): Outcome | undefined => REFUSALS[action][code]

const CAN: Record<BulkAction, (state: JobState) => boolean> = {
  stop: (state) => state === 'queued' || state === 'running',
  resume: (state) => state === 'stopped' || state === 'failed',
  tag: () => true,
  delete: isTerminal
}
/** Whether the action does something to a job in this state. */
export const canDo = (action: BulkAction, state: JobState) => CAN[action](state)

const WORDS: Record<BulkAction, { done: string; skipped: [one: string, many: string] }> = {
  stop: { done: 'stopped', skipped: ['had finished', 'had finished'] },
  resume: { done: 'resumed', skipped: ['cannot be resumed', 'cannot be resumed'] },
  tag: { done: 'tagged', skipped: ['had the tag', 'had the tag'] },
  delete: { done: 'deleted', skipped: ['is not finished', 'are not finished'] }
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
