import type { JobUpdate } from '@trainyard/contracts/live'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job, JobState } from '@trainyard/contracts/training'

export type EndNotice = { title: string; body: string; jobId: string }
type Options = {
  /** Nobody looks at the page, and the person wants to be told. */
  isWanted: () => boolean
  /** The job, for its name and score, which the event lacks; undefined when it cannot be read just now. */
  read: (jobId: string) => Promise<Job | undefined>
  wordsOf: (state: JobState, job: Job | undefined) => { title: string; body: string }
  show: (notice: EndNotice) => void
}

/** One notification for each end of a job, and none for an end that is heard of a second time. */
export function createEndNotice({ isWanted, read, wordsOf, show }: Options) {
  const told = new Set<string>()
  return async function take(update: JobUpdate) {
    if (update.event !== 'state' || !isTerminal(update.data.state)) return
    const end = `${update.job_id} ${update.seq}`
    if (told.has(end) || !isWanted()) return
    told.add(end)
    const job = await read(update.job_id)
    // It was resumed meanwhile, or somebody came back and sees it.
    if ((job && !isTerminal(job.state)) || !isWanted()) return
    show({ ...wordsOf(update.data.state, job), jobId: update.job_id })
  }
}
