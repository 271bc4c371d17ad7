import type { CreateJob } from '@trainyard/contracts/training'
import { type Columns, type Report, short } from './spec-report.ts'

/** Types that no architecture of tables learns from unless `features` names the column. */
const NOT_LEARNABLE = ['text', 'id', 'empty']

/** Columns with a role of their own are no features unless they are named, as the trainer does it. */
export function checkFeatures(spec: CreateJob, columns: Columns, report: Report) {
  if (spec.features === undefined) {
    const taken = new Set([spec.target, ...Object.values(spec.columns ?? {})])
    const learnable = [...columns.values()].some(
      ({ name, type }) => !taken.has(name) && !NOT_LEARNABLE.includes(type)
    )
    if (!learnable) report('/features', 'no column is left to learn from; name some in features')
    return
  }
  spec.features.forEach((name, i) => {
    const column = columns.get(name)
    if (name === spec.target)
      report(`/features/${i}`, 'is the target; a model may not see what it is to predict')
    else if (!column) report(`/features/${i}`, `there is no column ${short(name)}`)
    else if (column.type === 'empty') report(`/features/${i}`, `every cell of ${short(name)} is missing`)
  })
}
