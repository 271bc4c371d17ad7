import type { ColumnProfile } from '@trainyard/contracts/dataset'

/** One row each to train on, to choose the best epoch by, and to test on. */
const ROWS_OF_A_CLASS = 3

/**
 * Why the values of a column cannot be classes, as far as its profile tells: undefined where they can. Of texts the
 * profile has the largest classes with their counts, of numbers only how many values differ.
 */
export function classesFault(column: ColumnProfile, name: string, present: number): string | undefined {
  const { distinct, type } = column
  const numeric = type === 'number' || type === 'integer'
  const instead = numeric ? 'choose the task regression, or another target' : 'choose another target'
  if (distinct >= present)
    return `${name} has another value in each row, so that no class can be learned; ${instead}`
  if (numeric && 2 * distinct > present)
    return `${name} has ${distinct} different values in ${present} rows, too few of each to learn classes; ${instead}`
  const second = countsOf(column)[1]
  if (second !== undefined && second < ROWS_OF_A_CLASS)
    return `only one class of ${name} has ${ROWS_OF_A_CLASS} rows or more, which is what it takes to train, validate and test; merge rare classes, or ${instead}`
  return undefined
}

/** Rows of the largest classes, largest first; empty where the profile does not list them. */
function countsOf(column: ColumnProfile): number[] {
  const top: unknown = 'top' in column ? column.top : undefined
  if (!Array.isArray(top)) return []
  return top.flatMap((item: unknown) =>
    typeof item === 'object' && item !== null && 'count' in item ? [Number(item.count)] : []
  )
}
