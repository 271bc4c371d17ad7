import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import catalogue from '@trainyard/contracts/architectures.json' with { type: 'json' }
import type { ColumnProfile, Dataset } from '@trainyard/contracts/dataset'
import {
  type Architecture,
  CreateJob,
  type Job,
  LOSSES,
  Resources,
  SELECTION_METRICS,
  Split,
  TrainingOptions
} from '@trainyard/contracts/training'
import { Errors } from 'typebox/schema'
import { describe, expect, test } from 'vitest'
import { bodiesOf, type Context, fieldsOf } from '../../../src/features/train/bodies.ts'
import { checkTrainForm } from '../../../src/features/train/check-form.ts'
import { whereWords } from '../../../src/features/train/error-summary.tsx'
import { adviceOn, asChoice, chosenFeatures, defaultFeatures } from '../../../src/features/train/features.ts'
import { emptyForm, formOf, type TrainForm, tagsOf } from '../../../src/features/train/form.ts'
import { onDataset, open, readAsked } from '../../../src/features/train/opening.ts'
import { asSentence, placeErrors } from '../../../src/features/train/place-errors.ts'
import { DEFAULTS, RUN_KEYS, runSchema } from '../../../src/features/train/run-schema.ts'
import { splitColumns } from '../../../src/features/train/split-by.ts'
import { newFormKey, submit } from '../../../src/features/train/submit.ts'
import { openTasks, resolveTask, suggestTarget, targetWords } from '../../../src/features/train/target.ts'
import { checkForm } from '../../../src/schema-form/check.ts'
import { unparsed } from '../../../src/schema-form/types.ts'

const ID = '01999999-0000-7000-8000-000000000000'
const column = (name: string, type: ColumnProfile['type'], distinct = 50): ColumnProfile => ({
  name,
  type,
  missing: 0,
  distinct
})
const COLUMNS = [
  column('customerID', 'id', 100),
  column('age', 'integer'),
  column('plan', 'category', 3),
  column('note', 'text', 90),
  column('blank', 'empty', 0),
  column('charges', 'number'),
  {
    ...column('churned', 'boolean', 2),
    top: [
      { value: 'no', count: 73 },
      { value: 'yes', count: 27 }
    ]
  }
]
const dataset = (columns = COLUMNS, more: Partial<Dataset> = {}): Dataset => ({
  id: ID,
  name: 'telco.csv',
  description: null,
  status: 'ready',
  format: 'csv',
  bytes: 10,
  sha256: null,
  rows: 100,
  error: null,
  tags: [],
  created_at: '2026-11-25T12:00:00Z',
  columns,
  findings: [],
  associations: [],
  target_suggestion: null,
  ...more
})
const architectures = catalogue.architectures as Architecture[]
const context = (form: Partial<TrainForm> = {}, data: Dataset | undefined = dataset()): Context => ({
  form: { ...emptyForm(), dataset: ID, ...form },
  dataset: data,
  architectures,
  runSchema: runSchema({ task: 'classification', gpu: true }),
  groupTag: 'set-1'
})
const bodies = (form: Partial<TrainForm> = {}, data?: Dataset) =>
  bodiesOf(context(form, data)).map(({ body }) => body)

describe('the split', () => {
  const columns = [
    column('customer', 'category', 40),
    column('when', 'datetime', 90),
    column('flag', 'boolean', 2),
    column('amount', 'number', 80),
    column('churned', 'boolean', 2)
  ]
  const split = (method: string, splitBy: Partial<TrainForm['splitBy']> = {}): Partial<TrainForm> => ({
    run: { method },
    splitBy: { group: null, time: null, ...splitBy }
  })

  test('by a column takes one that fits, and a sentence beside the field says which', () => {
    const faults = (form: Partial<TrainForm>, data = dataset(columns)) =>
      checkTrainForm(context(form, data)).map(({ pointer, message }) => `${pointer} ${message}`)
    expect(faults(split('group'))).toEqual(['/columns/group Choose the column whose rows stay together.'])
    expect(faults(split('time'))).toEqual(['/columns/time Choose the column that says when a row is from.'])
    expect(faults(split('time', { time: 'customer' }))[0]).toMatch(/choose another one/)
    expect(faults(split('time'), dataset(columns.filter(({ type }) => type === 'boolean')))[0]).toMatch(
      /choose another split/
    )
    expect(faults(split('group', { group: 'customer' }))).toEqual([])
    expect(faults(split('random', { group: 'gone' }))).toEqual([])
    expect(splitColumns('group', columns, 'churned').map(({ name }) => name)).toEqual([
      'customer',
      'when',
      'amount'
    ])
    expect(splitColumns('time', columns, 'churned').map(({ name }) => name)).toEqual(['when', 'amount'])
  })

  test('its column is sent only where it counts, is no feature, and comes back with a clone', () => {
    const [body] = bodies(split('group', { group: 'customer', time: 'when' }), dataset(columns))
    if (!body) throw new Error('no body')
    expect(body).toMatchObject({ columns: { group: 'customer' }, split: { method: 'group' } })
    expect(body.features).toBeUndefined()
    const named = { ...split('group', { group: 'customer' }), features: ['customer', 'amount'] }
    expect(bodies(named, dataset(columns))[0]?.features).toEqual(['customer', 'amount'])
    expect(bodies(split('random', { group: 'customer' }), dataset(columns))[0]?.columns).toBeUndefined()
    const back = formOf({ ...body, columns: { group: 'customer', weight: 'amount' } })
    expect([back.splitBy, back.rest]).toEqual([
      { group: 'customer', time: null },
      { columns: { weight: 'amount' } }
    ])
    const { split: _, ...short } = body
    expect(formOf({ ...short, columns: { time: 'when' } }).run.method).toBe('time')
    expect(placeErrors([{ pointer: '/columns/group', message: 'is the target' }], 'mlp')).toEqual([
      { pointer: '/columns/group', message: 'Is the target.' }
    ])
  })

  test('every setting of a run that the platform takes has a field, so that no clone loses one', () => {
    const taken = [TrainingOptions, Split, Resources].flatMap(({ properties }) => Object.keys(properties))
    expect(taken.toSorted()).toEqual([...RUN_KEYS].toSorted())
  })

  test('every split and loss that the platform takes is a choice with a sentence', () => {
    for (const task of ['classification', 'regression'] as const) {
      const fields = fieldsOf(runSchema({ task, gpu: false }))
      const optionsOf = (key: string) => {
        const kind = fields.find((field) => field.key === key)?.kind
        return kind?.kind === 'choice' || kind?.kind === 'either' ? kind.options : []
      }
      const { method } = Split.properties
      const methods = method.enum.filter((name) => task === 'classification' || name !== 'stratified')
      expect(optionsOf('method').map(({ value }) => value)).toEqual(expect.arrayContaining(methods))
      expect(optionsOf('loss').map(({ value }) => value)).toEqual(['auto', ...(LOSSES[task] ?? [])])
      expect(optionsOf('selection_metric').map(({ value }) => value)).toEqual([
        'auto',
        ...(SELECTION_METRICS[task] ?? [])
      ])
      for (const key of ['method', 'loss'])
        for (const { help, value } of optionsOf(key)) expect(help, `${key} ${value}`).toMatch(/\.$/)
    }
    const schema = runSchema({ task: 'regression', gpu: false })
    expect(checkForm(schema, { loss: 'quantile_0.25' })).toEqual([])
    expect(checkForm(schema, { loss: 'quantile_1' })[0]?.message).toMatch(/such as quantile_0\.25/)
  })
})

describe('target and task', () => {
  test('a telling name wins, then the profile, then the last column that can be predicted; each says why', () => {
    expect(suggestTarget(dataset())).toEqual({ target: 'churned', why: 'Suggested for its name.' })
    const y = [column(' Y ', 'number'), column('a', 'number')]
    expect(suggestTarget(dataset(y))?.target).toBe(' Y ')
    const plain = [column('a', 'number'), column('b', 'integer'), column('id', 'id')]
    expect(suggestTarget(dataset(plain))).toEqual({
      target: 'b',
      why: 'Suggested as the last column that can be predicted.'
    })
    expect(suggestTarget(dataset(plain, { target_suggestion: 'a' }))).toEqual({
      target: 'a',
      why: 'Suggested by the profile of the data.'
    })
    expect(suggestTarget(dataset([column('target', 'id'), column('x', 'empty')]))).toBe(null)
    expect(suggestTarget(dataset([column('label', 'category', 1), column('b', 'number')]))?.target).toBe('b')
  })

  test('the task follows from the target, and is only a choice where it is one', () => {
    const tasks = COLUMNS.map((each) => resolveTask('auto', each))
    expect(tasks[1]).toBe('regression')
    expect(resolveTask('auto', column('n', 'integer', 20))).toBe('classification')
    expect(resolveTask('auto', column('n', 'number', 2))).toBe('regression')
    expect(resolveTask('regression', column('n', 'integer', 2))).toBe('regression')
    expect(openTasks(column('n', 'integer', 5))).toEqual(['classification', 'regression'])
    expect(openTasks(column('n', 'number', 5_000))).toEqual(['regression'])
    expect(openTasks(column('c', 'category', 5))).toEqual(['classification'])
  })

  test('classes are told with their shares where they are few', () => {
    const said = (text: string) => text.replaceAll('\u00a0', ' ')
    expect(said(targetWords('classification', COLUMNS.at(-1) ?? column('', 'id'), 100))).toBe(
      '2 classes: 73 %, 27 %'
    )
    expect(said(targetWords('classification', column('c', 'category', 14), 100))).toBe('14 classes')
    expect(targetWords('regression', column('n', 'number'), 100)).toBe('predicts a number')
  })
})

describe('features', () => {
  test('all that can be learned from, until somebody chooses', () => {
    expect(defaultFeatures(COLUMNS, 'churned')).toEqual(['age', 'plan', 'charges'])
    expect(chosenFeatures(['plan', 'gone', 'churned', 'note', 'blank'], COLUMNS, 'churned')).toEqual([
      'plan',
      'note'
    ])
    expect(asChoice(['charges', 'plan', 'age'], COLUMNS, 'churned')).toBe(null)
    expect(asChoice(['plan'], COLUMNS, 'churned')).toEqual(['plan'])
  })

  test('advice concerns only columns that are learned from, warnings first', () => {
    const findings = [
      { code: 'codes', severity: 'info', message: 'b', column: 'plan' },
      { code: 'na_words', severity: 'warning', message: 'a', column: 'age' },
      { code: 'empty_column', severity: 'warning', message: 'c', column: 'blank' },
      { code: 'blank_rows', severity: 'warning', message: 'd' }
    ]
    expect(adviceOn(dataset(COLUMNS, { findings }), ['age', 'plan']).map(({ column: name }) => name)).toEqual(
      ['age', 'plan']
    )
  })
})

describe('what is sent', () => {
  test('the defaults in three clicks: dataset, target, model, and nothing else', () => {
    expect(bodies()).toEqual([{ dataset_id: ID, target: 'churned', model: { architecture: 'mlp' } }])
  })

  test('everything that was set stands where the contract has it, and passes it', () => {
    const [body] = bodies({
      target: 'plan',
      features: ['age', 'churned'],
      task: 'classification',
      name: ' wide ',
      tags: 'a, b,,a ',
      clonedFrom: ID,
      settings: {
        mlp: { hidden_sizes: [8], dropout: 0.1, learning_rate: unparsed('x') },
        linear: { weight_decay: 1 }
      },
      run: {
        epochs: 5,
        early_stopping_patience: null,
        class_weights: { a: 2 },
        seed: 0,
        test_fraction: 0.2,
        accelerator: 'gpu',
        gpus: 2
      }
    })
    expect(body).toEqual({
      dataset_id: ID,
      name: 'wide',
      tags: ['a', 'b'],
      cloned_from: ID,
      task: 'classification',
      target: 'plan',
      features: ['age', 'churned'],
      training: { epochs: 5, early_stopping_patience: null, class_weights: { a: 2 } },
      split: { test_fraction: 0.2 },
      resources: { accelerator: 'gpu', gpus: 2 },
      model: { architecture: 'mlp', hyperparameters: { hidden_sizes: [8] } }
    })
    expect(Errors(CreateJob, body)).toEqual([true, []])
  })

  test('several models are several jobs with a tag in common', () => {
    const made = bodies({ models: ['linear', 'mlp'], name: 'x'.repeat(199), tags: 'mine' })
    expect(
      made.map(({ model, tags, name }) => [model.architecture, tags, (name ?? '').length <= 200])
    ).toEqual([
      ['linear', ['mine', 'set-1'], true],
      ['mlp', ['mine', 'set-1'], true]
    ])
  })

  test('a cloned job comes back as it was', () => {
    const body: CreateJob = {
      dataset_id: ID,
      name: 'n',
      tags: ['a'],
      cloned_from: ID,
      task: 'classification',
      target: 'plan',
      features: ['age'],
      columns: { weight: 'plan' },
      horizon: 3,
      split: { method: 'random' },
      model: { architecture: 'mlp', hyperparameters: { dropout: 0.3 } },
      training: { epochs: 3 },
      resources: { accelerator: 'cpu' }
    }
    expect(bodies(formOf(body))).toEqual([body])
    expect(bodies(formOf(body), undefined)).toEqual([body])
  })

  test('tags are split at commas', () => {
    expect(tagsOf(' a ,b,, a')).toEqual(['a', 'b'])
  })
})

describe('what is wrong', () => {
  const pointers = (form: Partial<TrainForm>, data?: Dataset) =>
    checkTrainForm(context(form, data)).map(({ pointer }) => pointer)

  test('nothing with the defaults', () => {
    expect(pointers({})).toEqual([])
    expect(pointers({ run: { early_stopping_patience: null } })).toEqual([])
    expect(pointers({ run: { early_stopping_patience: 0 } })).toEqual(['/run/early_stopping_patience'])
    expect(checkForm(runSchema({ task: 'regression', gpu: false }), {})).toEqual([])
  })

  test('each fault has its place, in the order of the page', () => {
    expect(pointers({ dataset: null, models: [] })).toEqual(['/dataset', '/models'])
    expect(pointers({}, dataset(COLUMNS, { status: 'profiling' }))).toEqual(['/dataset'])
    expect(pointers({}, dataset(COLUMNS, { status: 'invalid' }))).toEqual(['/dataset'])
    expect(pointers({ target: 'gone' })).toEqual(['/target'])
    expect(pointers({ target: 'note' })).toEqual(['/target'])
    expect(pointers({ task: 'regression' })).toEqual(['/task'])
    expect(pointers({ features: ['blank'] })).toEqual(['/features'])
    expect(pointers({ models: ['gone'] })).toEqual(['/models'])
    expect(
      pointers({
        settings: { mlp: { hidden_sizes: [8, 0], dropout: unparsed('1,5') } },
        run: { epochs: 0, validation_fraction: 0.5, test_fraction: 0.45 },
        name: 'x'.repeat(201),
        tags: 'y'.repeat(65)
      })
    ).toEqual([
      '/models/mlp/hidden_sizes/1',
      '/models/mlp/dropout',
      '/run/epochs',
      '/run/test_fraction',
      '/name',
      '/tags'
    ])
  })

  test("the server's errors land on the fields that sent them", () => {
    const placed = placeErrors(
      [
        { pointer: '/target', message: 'there is no column x' },
        { pointer: '/features/3', message: 'is the target' },
        { pointer: '/model/hyperparameters/hidden_sizes/0', message: 'must be <= 4' },
        { pointer: '/model/architecture', message: 'is unknown' },
        { pointer: '/training/class_weights/a~1b', message: 'is no class' },
        { pointer: '/split', message: 'too much' },
        { pointer: '/resources/gpus', message: 'none' },
        { pointer: '/columns/weight', message: 'leave it out.' },
        { pointer: '', message: 'all of it!' }
      ],
      'mlp'
    )
    expect(placed.map(({ pointer }) => pointer)).toEqual([
      '/target',
      '/features',
      '/models/mlp/hidden_sizes/0',
      '/models',
      '/run/class_weights/a~1b',
      '/run/test_fraction',
      '/run/gpus',
      '',
      ''
    ])
    expect(placed[7]?.message).toBe('/columns/weight: Leave it out.')
    expect([asSentence('is the target'), asSentence('done.'), asSentence('')]).toEqual([
      'Is the target.',
      'Done.',
      '.'
    ])
  })

  test('a pointer reads as a place on the page', () => {
    const words = (pointer: string) => whereWords(pointer, architectures)
    expect(words('/models/mlp/hidden_sizes/1')).toBe('Multi-layer perceptron, Hidden sizes, 2')
    expect(words('/run/epochs')).toBe('Epochs')
    expect(words('/target')).toBe('Target')
    expect(words('/models/gone/a~1b')).toBe('gone, a/b')
  })
})

describe('how it opens', () => {
  const asked = (query: string) => readAsked(new URLSearchParams(query))
  const draft = {
    at: 5,
    form: { ...emptyForm(), dataset: 'a', target: 't', name: 'mine', models: ['linear'] }
  }

  test('a draft comes first, the address decides on the dataset, and models survive a change of it', () => {
    expect(open(asked(''), undefined, undefined)).toEqual({ form: emptyForm(), restored: null, without: [] })
    expect(open(asked('dataset=a'), draft, undefined)).toEqual({ form: draft.form, restored: 5, without: [] })
    expect(open(asked('dataset=b'), draft, undefined).form).toMatchObject({
      dataset: 'b',
      target: null,
      name: 'mine',
      models: ['linear']
    })
    expect(onDataset(draft.form, 'a')).toBe(draft.form)
  })

  test('a clone is filled in, and what the address adds is added', () => {
    const clone: CreateJob = {
      dataset_id: 'a',
      target: 't',
      model: { architecture: 'mlp' },
      cloned_from: 'job'
    }
    const opening = open(asked('from=job&batch_size=2048&leave=x&leave=y&target=z'), undefined, clone)
    expect(opening.form).toMatchObject({ clonedFrom: 'job', target: 'z', run: { batch_size: 2048 } })
    expect(opening.without).toEqual(['x', 'y'])
    expect(open(asked('from=job'), { ...draft, at: 9 }, clone).form.name).toBe('mine')
    expect(asked('batch_size=-1').batchSize).toBe(null)
    expect(asked('batch_size=x').batchSize).toBe(null)
  })
})

describe('sending', () => {
  const two = bodiesOf(context({ models: ['linear', 'mlp'] }))
  const jobFor = (body: CreateJob) => ({ id: `job-${body.model.architecture}` }) as Job
  const silent = () => undefined

  test('one key a job, the same for every try of one form', async () => {
    const keys: string[] = []
    const create = async (body: CreateJob, { idempotencyKey }: { idempotencyKey: string }) => {
      keys.push(idempotencyKey)
      return jobFor(body)
    }
    const outcome = await submit(two, { create, formKey: 'f', made: {}, onMade: silent })
    expect(outcome).toEqual({ made: { linear: 'job-linear', mlp: 'job-mlp' } })
    expect(keys).toEqual(['f-linear', 'f-mlp'])
    expect(newFormKey()).not.toBe(newFormKey())
  })

  test('a refusal stops, and the next try makes only what is not made yet', async () => {
    const tried: string[] = []
    let refuse = true
    const create = async (body: CreateJob) => {
      tried.push(body.model.architecture)
      if (body.model.architecture === 'mlp' && refuse) throw new Error('no')
      return jobFor(body)
    }
    const first = await submit(two, { create, formKey: 'f', made: {}, onMade: silent })
    expect(first.made).toEqual({ linear: 'job-linear' })
    expect(first.failed?.architecture).toBe('mlp')
    refuse = false
    const second = await submit(two, { create, formKey: 'f', made: first.made, onMade: silent })
    expect(second).toEqual({ made: { linear: 'job-linear', mlp: 'job-mlp' } })
    expect(tried).toEqual(['linear', 'mlp', 'mlp'])
  })
})

test("the defaults that the page shows are the trainer's own", () => {
  const spec = readFileSync(
    join(import.meta.dirname, '../../../../../trainer/trainyard_trainer/spec.py'),
    'utf8'
  )
  expect(spec).toMatch(new RegExp(`seed: int = ${DEFAULTS.seed}\\b`))
  expect(spec).toMatch(new RegExp(`validation_fraction: float = ${DEFAULTS.fraction}\\b`))
  expect(spec).toMatch(new RegExp(`test_fraction: float = ${DEFAULTS.fraction}\\b`))
})
