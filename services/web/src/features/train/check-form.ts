import { counted } from '../../format/numbers.ts'
import { checkForm as checkSchema } from '../../schema-form/check.ts'
import type { FieldError } from '../../schema-form/types.ts'
import { pointerTo } from '../../schema-form/types.ts'
import { orWords } from '../../schema-form/words.ts'
import { type Context, settingsOf, targetOf } from './bodies.ts'
import { chosenFeatures } from './features.ts'
import { tagsOf } from './form.ts'
import { roleNames, splitColumns, splitRole } from './split-by.ts'
import { openTasks, resolveTask, whyNot } from './target.ts'

/** Everything that can be seen to be wrong here, in the order of the page. Pointers are of the form. */
export function checkTrainForm(context: Context): FieldError[] {
  return [...checkData(context), ...checkModels(context), ...checkRun(context), ...checkSplit(context)]
}

function checkData({ form, dataset }: Context): FieldError[] {
  if (form.dataset === null) return [{ pointer: '/dataset', message: 'Choose a dataset.' }]
  if (!dataset) return []
  if (dataset.status === 'invalid')
    return [{ pointer: '/dataset', message: 'This dataset could not be read; choose another.' }]
  if (dataset.status !== 'ready')
    return [{ pointer: '/dataset', message: 'This dataset is still being read; wait a moment.' }]
  const target = targetOf(form, dataset)
  if (target === null) return [{ pointer: '/target', message: 'Choose the column to predict.' }]
  const column = dataset.columns.find(({ name }) => name === target)
  if (!column) return [{ pointer: '/target', message: 'This dataset has no such column; choose another.' }]
  const errors: FieldError[] = []
  const why = whyNot(column)
  if (why !== null) errors.push({ pointer: '/target', message: why })
  const open = openTasks(column)
  if (why === null && form.task !== 'auto' && !open.includes(form.task))
    errors.push({ pointer: '/task', message: `With this target, choose automatic or ${orWords(open)}.` })
  if (chosenFeatures(form.features, dataset.columns, target, roleNames(form)).length === 0)
    errors.push({ pointer: '/features', message: 'Choose at least one column to learn from.' })
  return errors
}

function checkModels({ form, dataset, architectures }: Context): FieldError[] {
  if (form.models.length === 0) return [{ pointer: '/models', message: 'Tick at least one model.' }]
  const column = dataset?.columns.find(({ name }) => name === targetOf(form, dataset))
  const task = resolveTask(form.task, column)
  return form.models.flatMap((id) => {
    const entry = architectures.find((architecture) => architecture.id === id)
    if (!entry) return [{ pointer: '/models', message: `There is no model “${id}” any more; untick it.` }]
    if (column && !entry.task_kinds.includes(task))
      return [{ pointer: '/models', message: `${entry.title} does not do ${task}; untick it.` }]
    const at = pointerTo('/models', id)
    return under(at, checkSchema(settingsOf(entry), form.settings[id] ?? {}))
  })
}

function checkRun({ form, runSchema }: Context): FieldError[] {
  const errors = under('/run', checkSchema(runSchema, form.run))
  const { validation_fraction: validation = 0.15, test_fraction: test = 0.15 } = form.run
  if (typeof validation === 'number' && typeof test === 'number' && validation + test > 0.9)
    errors.push({
      pointer: '/run/test_fraction',
      message: 'Validation and test leave less than a tenth of the rows to train on.'
    })
  const tags = tagsOf(form.tags)
  if (form.name.trim().length > 200)
    errors.push({ pointer: '/name', message: `Takes at most ${counted(200, 'character')}.` })
  if (tags.length > 19) errors.push({ pointer: '/tags', message: `Takes at most ${counted(19, 'tag')}.` })
  else if (tags.some((tag) => tag.length > 64))
    errors.push({ pointer: '/tags', message: `A tag has at most ${counted(64, 'character')}.` })
  return errors
}

function checkSplit({ form, dataset }: Context): FieldError[] {
  const role = splitRole(form)
  if (!role || dataset?.status !== 'ready') return []
  const pointer = pointerTo('/columns', role)
  const name = form.splitBy[role]
  const possible = splitColumns(role, dataset.columns, targetOf(form, dataset))
  if (possible.length === 0)
    return [{ pointer, message: `This dataset has no column to split by ${role}; choose another split.` }]
  if (name === null)
    return [
      {
        pointer,
        message:
          role === 'group'
            ? 'Choose the column whose rows stay together.'
            : 'Choose the column that says when a row is from.'
      }
    ]
  if (possible.some((column) => column.name === name)) return []
  return [{ pointer, message: `Rows cannot be split by this column; choose another one.` }]
}

const under = (at: string, errors: FieldError[]) =>
  errors.map(({ pointer, message }) => ({ pointer: at + pointer, message }))
