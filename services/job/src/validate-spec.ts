import type { ErrorDetail } from '@trainyard/contracts/common'
import type { ColumnProfile, Profile } from '@trainyard/contracts/dataset'
import type { CreateJob, TaskKind } from '@trainyard/contracts/training'
import { escapePointer } from '@trainyard/service-kit/pointer'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { classesFault } from './check-classes.ts'

/** Whole numbers with no more distinct values than this are taken for classes; the trainer's rule too. */
const FEW_VALUES = 20
const MAX_CLASSES = 1_000
/** Rows with a target that a split into three parts needs. */
const MIN_ROWS = 10
const LOSSES: Partial<Record<TaskKind, string[]>> = {
  classification: ['cross_entropy'],
  regression: ['mse', 'mae', 'huber']
}
const MAX_DETAILS = 50

export type Checked = { task: TaskKind; problems: ErrorDetail[] }

/**
 * Everything that can be known to be wrong before a worker is asked: the body against the catalogue and against the
 * dataset's profile. One entry a field. `task` is the resolved one.
 */
export function validateSpec(spec: CreateJob, profile: Profile, catalogue: Catalogue): Checked {
  const problems = new Map<string, string>()
  const report: Report = (pointer, message) => {
    if (!problems.has(pointer)) problems.set(pointer, message)
  }
  const columns = new Map(profile.columns.map((column) => [column.name, column]))
  const entry = checkModel(spec, catalogue, report)
  const target = checkTarget(spec, columns, profile.rows, report)
  const task = resolveTask(spec, target)
  checkTask({ spec, task, target, rows: profile.rows, entry, report })
  checkFeatures(spec, columns, report)
  checkRoles(spec, columns, report)
  checkSplit(spec, task, report)
  checkTraining(spec, task, target, report)
  if (spec.resources?.accelerator === 'cpu' && (spec.resources.gpus ?? 1) > 1)
    report('/resources/gpus', 'a job on the CPU has no GPUs; leave it out or choose gpu')
  const details = [...problems].map(([pointer, message]) => ({ pointer, message }))
  return { task, problems: details.slice(0, MAX_DETAILS) }
}

type Report = (pointer: string, message: string) => void
type Columns = Map<string, ColumnProfile>

const short = (name: string) => (name.length > 60 ? `${name.slice(0, 60)}…` : name)
const listed = (names: string[]) =>
  names.slice(0, 5).map(short).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')

function checkModel(spec: CreateJob, catalogue: Catalogue, report: Report): CatalogueEntry | undefined {
  const { architecture, hyperparameters = {} } = spec.model
  const entry = catalogue.find(architecture)
  if (!entry) {
    const known = catalogue.entries.map(({ id }) => id)
    report('/model/architecture', `there is no architecture ${short(architecture)}; choose ${listed(known)}`)
    return undefined
  }
  for (const { pointer, message } of entry.faults(hyperparameters, '/model/hyperparameters'))
    report(pointer, message)
  return entry
}

function checkTarget(spec: CreateJob, columns: Columns, rows: number, report: Report) {
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

function resolveTask({ task = 'auto' }: CreateJob, target: ColumnProfile | undefined): TaskKind {
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
function checkTask({ spec, task, target, rows, entry, report }: TaskCheck) {
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

function checkFeatures(spec: CreateJob, columns: Columns, report: Report) {
  if (spec.features === undefined) {
    const learnable = [...columns.values()].filter(
      ({ name, type }) => name !== spec.target && !['text', 'id', 'empty'].includes(type)
    )
    if (learnable.length === 0) report('/features', 'no column is left to learn from; name some in features')
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

function checkRoles(spec: CreateJob, columns: Columns, report: Report) {
  const tabular = spec.task === undefined || ['auto', 'classification', 'regression'].includes(spec.task)
  for (const [role, name] of Object.entries(spec.columns ?? {})) {
    if (!columns.has(name)) report(`/columns/${role}`, `there is no column ${short(name)}`)
    else if (tabular) report(`/columns/${role}`, `no architecture offers a ${role} column yet; leave it out`)
  }
  if (tabular && spec.horizon !== undefined)
    report('/horizon', 'only forecasting has a horizon; leave it out')
}

function checkSplit({ split = {} }: CreateJob, task: TaskKind, report: Report) {
  const { method, validation_fraction = 0.15, test_fraction = 0.15 } = split
  if (validation_fraction + test_fraction > 0.9)
    report('/split', 'validation_fraction and test_fraction leave less than a tenth of the rows to train on')
  if (method === 'group' || method === 'time')
    report('/split/method', `no architecture offers a ${method} split yet; choose random or stratified`)
  if (method === 'stratified' && task === 'regression')
    report('/split/method', 'stratified needs classes; choose random for regression')
}

function checkTraining(
  { training = {} }: CreateJob,
  task: TaskKind,
  target: ColumnProfile | undefined,
  report: Report
) {
  const { loss = 'auto', class_weights = 'auto' } = training
  const losses = LOSSES[task]
  if (loss !== 'auto' && losses && !losses.includes(loss))
    report('/training/loss', `${short(loss)} does not fit ${task}; choose auto or ${losses.join(', ')}`)
  if (task === 'regression' && class_weights !== 'auto' && class_weights !== 'none')
    report('/training/class_weights', 'regression has no classes to weight; choose none')
  else if (typeof class_weights === 'object') {
    const classes = classesOf(target)
    for (const name of classes ? Object.keys(class_weights).filter((key) => !classes.has(key)) : [])
      report(
        `/training/class_weights/${escapePointer(name.slice(0, 200))}`,
        `is no class of ${short(target?.name ?? '')}; they are ${listed([...(classes ?? [])])}`
      )
  }
}

/** The profile lists a column's values only where there are few; undefined where the classes are not all known. */
function classesOf(target: ColumnProfile | undefined): Set<string> | undefined {
  const top: unknown = target && 'top' in target ? target.top : undefined
  if (!target || !Array.isArray(top) || top.length < target.distinct) return undefined
  const values = top.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'value' in item ? String(item.value) : ''
  )
  return new Set(values)
}
