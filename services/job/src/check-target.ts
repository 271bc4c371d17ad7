import type { ColumnProfile } from '@trainyard/contracts/dataset'
import type { CreateJob, TaskKind } from '@trainyard/contracts/training'
import type { CatalogueEntry } from './catalogue.ts'
import { classesFault } from './check-classes.ts'
import { type Columns, listed, type Report, short } from './spec-report.ts'

/** Whole numbers with no more distinct values than this are taken for classes; the trainer's rule too. */
const FEW_VALUES = 20
const MAX_CLASSES = 1_000
/** Rows with a target that a split into three parts needs. */
const MIN_ROWS = 10

/** The column to predict; undefined where there is none, which is then told. */
export function checkTarget(spec: CreateJob, columns: Columns, rows: number, report: Report) {
  if (spec.target === undefined) {
    if (spec.task !== 'language') report('/target', 'is missing; name the column to predict')
    return undefined
  }
  const name = short(spec.target)
  const target = columns.get(spec.target)
  if (!target) {
    report('/target', `there is no column ${name}; the columns are ${listed([...columns.keys()])}`)
    return undefined
  }
  const present = rows - target.missing
  if (target.type === 'empty' || present <= 0)
    report('/target', `every cell of ${name} is missing; choose another target`)
  else if (target.distinct <= 1)
    report('/target', `every row has the same value of ${name}; there is nothing to tell apart`)
  else if (target.type === 'id')
    report(
      '/target',
      `${name} tells rows apart: it has another value in each, so nothing can be learned of it`
    )
  else if (target.type === 'text')
    report('/target', `${name} is free text; choose a column of classes or numbers`)
  else if (target.type === 'datetime')
    report('/target', `${name} holds dates; choose a column of classes or numbers`)
  else if (present < MIN_ROWS)
    report('/target', `only ${present} rows have a target; at least ${MIN_ROWS} are needed`)
  return target
}

/** The task that `auto` means for this target. */
export function resolveTask({ task = 'auto' }: CreateJob, target: ColumnProfile | undefined): TaskKind {
  if (task !== 'auto') return task
  if (target?.type === 'number') return 'regression'
  return target?.type === 'integer' && target.distinct > FEW_VALUES ? 'regression' : 'classification'
}

type TaskCheck = {
  spec: CreateJob
  task: TaskKind
  target: ColumnProfile | undefined
  rows: number
  entry: CatalogueEntry | undefined
  report: Report
}
export function checkTask({ spec, task, target, rows, entry, report }: TaskCheck) {
  if (entry && !entry.task_kinds.includes(task))
    report('/task', `${entry.title} does not do ${task}; it does ${entry.task_kinds.join(', ')}`)
  if (!target) return
  const numeric = target.type === 'number' || target.type === 'integer'
  if (task === 'regression' && !numeric)
    report('/task', `${short(target.name)} holds ${target.type} values, regression needs numbers`)
  if (task !== 'classification') return
  // A column of numbers may well be a target: of another task than the one that was asked for.
  const pointer = spec.task === 'classification' && numeric ? '/task' : '/target'
  const name = short(target.name)
  if (target.distinct > MAX_CLASSES)
    report(
      pointer,
      `${name} has ${target.distinct} different values; at most ${MAX_CLASSES} classes can be told apart`
    )
  const fault = classesFault(target, name, rows - target.missing)
  if (fault) report(pointer, fault)
}
