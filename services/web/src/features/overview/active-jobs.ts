import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job, JobState } from '@trainyard/contracts/training'

const ORDER: JobState[] = ['running', 'stopping', 'queued']

/** Each job once, as its newest reading has it; what has finished is left out. */
export function activeJobs(readings: readonly Job[]): Job[] {
  const jobs = new Map<string, Job>()
  for (const job of readings) {
    const other = jobs.get(job.id)
    if (!other || other.last_seq < job.last_seq) jobs.set(job.id, job)
  }
  const rank = ({ state }: Job) => ORDER.indexOf(state)
  return [...jobs.values()].filter(({ state }) => !isTerminal(state)).sort((a, b) => rank(a) - rank(b))
}
