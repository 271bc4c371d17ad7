import type { ColumnProfile } from '@trainyard/contracts/dataset'
import type { CreateJob, TaskKind } from '@trainyard/contracts/training'
import { type Columns, listed, type Report, short } from './spec-report.ts'

type Role = keyof NonNullable<CreateJob['columns']>
type RoleFault = (column: ColumnProfile) => string | undefined

/** One for each part of the split. */
const LEAST_VALUES = 3
const ORDERED = ['number', 'integer', 'datetime']

/** The roles that a table's columns can have beside target and feature, and what speaks against a column for each. */
const TABULAR: Partial<Record<Role, RoleFault>> = { group: groupFault, time: timeFault, weight: weightFault }

/** Columns with a role, `columns` of the body, each against the profile. */
export function checkRoles(spec: CreateJob, task: TaskKind, columns: Columns, report: Report) {
  const tabular = task === 'classification' || task === 'regression'
  if (tabular && spec.horizon !== undefined)
    report('/horizon', 'only forecasting has a horizon; leave it out')
  for (const [role, name] of Object.entries(spec.columns ?? {}) as [Role, string][]) {
    const pointer = `/columns/${role}`
    const column = columns.get(name)
    const fault = TABULAR[role]
    if (!column)
      report(pointer, `there is no column ${short(name)}; the columns are ${listed([...columns.keys()])}`)
    else if (!tabular) continue
    else if (!fault) report(pointer, `no architecture offers a ${role} column yet; leave it out`)
    else if (name === spec.target) report(pointer, `is the target; choose another ${role} column`)
    else {
      const message = fault(column)
      if (message) report(pointer, message)
    }
  }
}

/** A row without a group is one of its own. */
function groupFault({ name, distinct, missing }: ColumnProfile) {
  if (distinct + missing >= LEAST_VALUES) return undefined
  return `${short(name)} has ${distinct + missing} different values; at least ${LEAST_VALUES} are needed to split by it`
}

function timeFault({ name, type, distinct }: ColumnProfile) {
  if (!ORDERED.includes(type))
    return `${short(name)} holds ${type} values; a time split needs dates or numbers`
  if (distinct >= LEAST_VALUES) return undefined
  return `${short(name)} has ${distinct} different times; at least ${LEAST_VALUES} are needed to split by it`
}

/** Only the sign of numbers that the profile describes can be known here; the trainer looks at each. */
function weightFault(column: ColumnProfile) {
  const { name, type } = column
  if (type !== 'number' && type !== 'integer')
    return `${short(name)} holds ${type} values; weights are numbers`
  if ('min' in column && Number(column.min) < 0)
    return `${short(name)} holds negative weights; every weight must be 0 or more`
  if ('max' in column && Number(column.max) <= 0) return `${short(name)} holds no weight above 0`
  return undefined
}
