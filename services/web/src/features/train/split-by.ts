import type { ColumnProfile } from '@trainyard/contracts/dataset'
import type { CreateJob } from '@trainyard/contracts/training'
import type { TrainForm } from './form.ts'

export type SplitRole = 'group' | 'time'

/** One value for each part; the platform's rule too. */
const LEAST_VALUES = 3
const ORDERED: readonly string[] = ['number', 'integer', 'datetime']

/** By which kind of column the form splits; undefined where it splits by chance. */
export function splitRole({ run }: Pick<TrainForm, 'run'>): SplitRole | undefined {
  return run.method === 'group' || run.method === 'time' ? run.method : undefined
}

/** The columns that rows can be split by, the likeliest first. */
export function splitColumns(role: SplitRole, columns: readonly ColumnProfile[], target: string | null) {
  const others = columns.filter(({ name }) => name !== target)
  if (role === 'group')
    return others
      .filter(({ distinct, missing }) => distinct + missing >= LEAST_VALUES)
      .toSorted((a, b) => Number(likelyGroup(b)) - Number(likelyGroup(a)))
  return others
    .filter(({ type, distinct }) => ORDERED.includes(type) && distinct >= LEAST_VALUES)
    .toSorted((a, b) => Number(b.type === 'datetime') - Number(a.type === 'datetime'))
}

const likelyGroup = ({ type }: ColumnProfile) => type === 'category' || type === 'id' || type === 'text'

/** The part of the body about columns with a role: what a clone brought, and the one that the split needs. */
export function rolesOf(form: Pick<TrainForm, 'run' | 'splitBy' | 'rest'>): Pick<CreateJob, 'columns'> {
  const role = splitRole(form)
  const name = role && form.splitBy[role]
  const columns = { ...form.rest.columns, ...(role && name !== null ? { [role]: name } : {}) }
  return Object.keys(columns).length > 0 ? { columns } : {}
}

/** Columns that are no features unless somebody ticks them: the one that rows are split by. */
export function roleNames(form: Pick<TrainForm, 'run' | 'splitBy' | 'rest'>): string[] {
  return Object.values(rolesOf(form).columns ?? {})
}
