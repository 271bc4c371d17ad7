import type { ColumnProfile, Dataset } from '@trainyard/contracts/dataset'
import type { TaskKind } from '@trainyard/contracts/training'
import { counted, share } from '../../format/numbers.ts'
import type { TaskChoice } from './form.ts'

/** Whole numbers with no more distinct values than this are taken for classes; the platform's rule too. */
const FEW_VALUES = 20
const MAX_CLASSES = 1_000
/** Names that tell what a column is for, the surest first. */
const TARGET_NAMES = ['target', 'label', 'class', 'y', 'outcome', 'churned']

export type Suggestion = { target: string; why: string }

/** The column that was most likely meant, and why; null where none can be predicted. */
export function suggestTarget({ columns, target_suggestion }: Dataset): Suggestion | null {
  const able = columns.filter((column) => whyNot(column) === null)
  const named = TARGET_NAMES.map((name) =>
    able.find((column) => column.name.trim().toLowerCase() === name)
  ).find((column) => column !== undefined)
  if (named) return { target: named.name, why: 'Suggested for its name.' }
  const suggested = able.find(({ name }) => name === target_suggestion) ?? able.at(-1)
  if (!suggested) return null
  const last = suggested.name === able.at(-1)?.name
  return {
    target: suggested.name,
    why: last
      ? 'Suggested as the last column that can be predicted.'
      : 'Suggested by the profile of the data.'
  }
}

/** Why a column cannot be predicted, as a sentence; null where it can. */
export function whyNot({ type, distinct }: ColumnProfile): string | null {
  if (type === 'empty') return 'Every cell of this column is missing.'
  if (type === 'id') return 'This column tells rows apart: nothing can be learned of it.'
  if (type === 'text') return 'This column is free text; choose one of classes or numbers.'
  if (type === 'datetime') return 'This column holds dates; choose one of classes or numbers.'
  if (distinct <= 1) return 'Every row has the same value here; there is nothing to tell apart.'
  return null
}

export function resolveTask(task: TaskChoice, target: ColumnProfile | undefined): TaskKind {
  if (task !== 'auto') return task
  if (target?.type === 'number') return 'regression'
  return target?.type === 'integer' && target.distinct > FEW_VALUES ? 'regression' : 'classification'
}

/** The tasks that a target leaves open; with one there is nothing to choose. */
export function openTasks(target: ColumnProfile | undefined): TaskKind[] {
  if (!target) return []
  const numeric = target.type === 'number' || target.type === 'integer'
  const classes = target.distinct <= MAX_CLASSES
  return [...(classes ? ['classification' as const] : []), ...(numeric ? ['regression' as const] : [])]
}

/** `2 classes, 73 % and 27 %`, `14 classes`, or the range of the numbers. */
export function targetWords(task: TaskKind, target: ColumnProfile, rows: number): string {
  if (task === 'regression') return 'predicts a number'
  const words = counted(target.distinct, 'class', 'classes')
  const counts = topCounts(target)
  const present = rows - target.missing
  if (counts.length !== target.distinct || target.distinct > 4 || present <= 0) return words
  return `${words}: ${counts.map((count) => share(count / present)).join(', ')}`
}

function topCounts(column: ColumnProfile): number[] {
  const top: unknown = 'top' in column ? column.top : undefined
  if (!Array.isArray(top)) return []
  return top.flatMap((item: unknown) => {
    const count: unknown = Object(item).count
    return typeof count === 'number' ? [count] : []
  })
}
