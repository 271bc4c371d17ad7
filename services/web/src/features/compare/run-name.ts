import { plainName } from '../../ui/name.tsx'
import type { Run } from './use-runs.ts'

export const letterOf = (index: number) => String.fromCharCode(65 + index)

/** How a run is named everywhere on the page: its letter, and its name where it is known. */
export const nameOf = ({ index, job }: Pick<Run, 'index' | 'job'>) =>
  job ? `${letterOf(index)} ${plainName(job.name, 40)}` : letterOf(index)
