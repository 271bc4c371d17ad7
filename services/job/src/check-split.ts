import type { CreateJob, TaskKind } from '@trainyard/contracts/training'
import type { Report } from './spec-report.ts'

/** Methods that need the column of that name; a body that names just one of the two columns asks for its method. */
const BY_COLUMN = ['group', 'time'] as const

export function checkSplit({ split = {}, columns = {} }: CreateJob, task: TaskKind, report: Report) {
  const { validation_fraction = 0.15, test_fraction = 0.15 } = split
  if (validation_fraction + test_fraction > 0.9)
    report('/split', 'validation_fraction and test_fraction leave less than a tenth of the rows to train on')
  const named = BY_COLUMN.filter((role) => columns[role] !== undefined)
  const method = split.method ?? (named.length === 1 ? named[0] : undefined)
  if (method === 'stratified' && task === 'regression')
    report('/split/method', 'stratified needs classes; choose random for regression')
  for (const role of BY_COLUMN) {
    if (method === role && columns[role] === undefined)
      report(`/columns/${role}`, `is required for a ${role} split; name the column to split by`)
    if (method !== role && columns[role] !== undefined)
      report(
        '/split/method',
        `must be ${role}, because columns names a ${role} column; or leave that column out`
      )
  }
}
