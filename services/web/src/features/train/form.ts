import type { CreateJob } from '@trainyard/contracts/training'
import type { FormValue } from '../../schema-form/types.ts'
import { RUN_KEYS, type RunKey, SECTION_OF } from './run-schema.ts'

export type TaskChoice = NonNullable<CreateJob['task']>

/** What the page holds: plain data, so that it can lie in a draft. */
export type TrainForm = {
  dataset: string | null
  /** Null: the one that the profile suggests. */
  target: string | null
  task: TaskChoice
  /** Null: every column that can be learned from. */
  features: string[] | null
  /** Ids of architectures; one job each. */
  models: string[]
  /** Hyperparameters by architecture; also of ones that were ticked before. */
  settings: Record<string, FormValue>
  run: FormValue
  /** The columns that rows are split by, where the split is by one. */
  splitBy: { group: string | null; time: string | null }
  name: string
  /** Separated by commas. */
  tags: string
  clonedFrom: string | null
  /** Parts of a cloned job that this page has no control for; they are sent as they were. */
  rest: Partial<Pick<CreateJob, 'columns' | 'horizon'>>
  /** Jobs that this form has made already, by architecture. */
  made: Record<string, string>
}

export const emptyForm = (): TrainForm => ({
  dataset: null,
  target: null,
  task: 'auto',
  features: null,
  models: ['mlp'],
  settings: {},
  run: {},
  splitBy: { group: null, time: null },
  name: '',
  tags: '',
  clonedFrom: null,
  rest: {},
  made: {}
})

/** The form that would send this body. */
export function formOf(body: CreateJob): TrainForm {
  const { dataset_id, target, task, features, model, name, tags, cloned_from, columns, horizon } = body
  const sections = { training: body.training, split: body.split, resources: body.resources }
  const run: FormValue = {}
  for (const key of RUN_KEYS) {
    const value: unknown = Object(sections[SECTION_OF[key]])[key]
    if (value !== undefined) run[key] = value
  }
  const { group = null, time = null, ...others } = columns ?? {}
  // Naming a column chooses its split.
  if (run.method === undefined && (group ?? time) !== null) run.method = group === null ? 'time' : 'group'
  return {
    ...emptyForm(),
    dataset: dataset_id,
    target: target ?? null,
    task: task ?? 'auto',
    features: features ?? null,
    models: [model.architecture],
    settings: { [model.architecture]: model.hyperparameters ?? {} },
    run,
    splitBy: { group, time },
    name: name ?? '',
    tags: (tags ?? []).join(', '),
    clonedFrom: cloned_from ?? null,
    rest: {
      ...(Object.keys(others).length > 0 ? { columns: others } : {}),
      ...(horizon === undefined ? {} : { horizon })
    }
  }
}

export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean)
  )
]

export const isRunKey = (key: string): key is RunKey => key in SECTION_OF
