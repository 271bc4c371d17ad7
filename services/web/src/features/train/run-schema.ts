import {
  LOSSES,
  Resources,
  SELECTION_METRICS,
  Split,
  type TaskKind,
  TrainingOptions
} from '@trainyard/contracts/training'
import { metricName } from '../../format/metric-name.ts'
import type { JsonSchema } from '../../schema-form/types.ts'

/** Which part of the body a setting of the run belongs to. */
export const SECTION_OF = {
  epochs: 'training',
  early_stopping_patience: 'training',
  batch_size: 'training',
  loss: 'training',
  class_weights: 'training',
  selection_metric: 'training',
  seed: 'training',
  time_limit_seconds: 'training',
  method: 'split',
  validation_fraction: 'split',
  test_fraction: 'split',
  accelerator: 'resources',
  gpus: 'resources'
} as const
export type RunKey = keyof typeof SECTION_OF
export const RUN_KEYS: readonly RunKey[] = Object.keys(SECTION_OF) as RunKey[]

/** What the trainer does where nothing is said; a test holds these against the trainer's own. */
export const DEFAULTS = { seed: 0, fraction: 0.15 } as const

/** A choice with a sentence about each. */
type Choice = { const: string; title: string; description: string }
const AUTO: Choice = { const: 'auto', title: 'Automatic', description: 'What fits the task.' }

const SPLITS: Record<string, Omit<Choice, 'const'>> = {
  stratified: {
    title: 'Stratified',
    description: 'By chance, with the share of each class the same in every part.'
  },
  random: {
    title: 'Random',
    description: 'By chance. Right where rows have nothing to do with each other.'
  },
  group: {
    title: 'By group',
    description:
      'Rows with the same value of a column stay together: the score is for customers, patients or devices that were never seen.'
  },
  time: {
    title: 'By time',
    description: 'The newest rows are kept for the score, as when the model is used later.'
  }
}
const LOSS_WORDS: Record<string, Omit<Choice, 'const'>> = {
  cross_entropy: {
    title: 'Cross-entropy',
    description: 'Rewards giving the right class a high probability.'
  },
  mse: {
    title: 'Squared error',
    description: 'Predicts the mean; large errors count much more than small ones.'
  },
  mae: {
    title: 'Absolute error',
    description: 'Predicts the median; outliers count no more than their distance.'
  },
  huber: {
    title: 'Huber',
    description: 'Squared for small errors, absolute for large ones: the mean, with less pull from outliers.'
  },
  'quantile_0.1': { title: '10 % quantile', description: 'Predicts what one row in ten lies below.' },
  'quantile_0.5': { title: 'Median', description: 'Predicts what half of the rows lie below.' },
  'quantile_0.9': { title: '90 % quantile', description: 'Predicts what nine rows in ten lie below.' }
}

const choices = (names: readonly string[], words: Record<string, Omit<Choice, 'const'>>): Choice[] =>
  names.map((name) => ({ const: name, title: name, description: '', ...words[name] }))

/** Any other quantile, by the name that the trainer gives it. */
const QUANTILE = {
  type: 'string',
  pattern: '^quantile_0\\.[0-9]*[1-9][0-9]*$',
  default: 'quantile_0.25',
  description: 'Write quantile_ and a share between 0 and 1, such as quantile_0.25.'
}

type Options = {
  task: TaskKind
  /** Whether asking for a GPU can be of use here. */
  gpu: boolean
}

/** The settings of a run as one schema: limits from the contract, words and order from here. */
export function runSchema({ task, gpu }: Options): JsonSchema {
  const { epochs, early_stopping_patience, batch_size, class_weights, seed, time_limit_seconds } =
    TrainingOptions.properties
  const [patience] = early_stopping_patience.anyOf
  const { validation_fraction, test_fraction } = Split.properties
  let order = 0
  const setting = (schema: object, help: string, more: JsonSchema = {}, ui: JsonSchema = {}): JsonSchema => ({
    ...schema,
    ...more,
    description: help,
    'x-ui': { order: ++order, advanced: true, ...ui }
  })
  const shown = { advanced: false }
  const classes = task === 'classification'
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      epochs: setting(
        epochs,
        "How often the model sees every training row. Empty takes the architecture's own.",
        { default: 'auto' },
        shown
      ),
      early_stopping_patience: setting(
        { anyOf: [{ const: 'auto' }, { const: null }, { ...patience, default: 16 }] },
        "Ends early when the validation score has not improved for so many epochs; the best model is kept. Auto takes the architecture's own.",
        { title: 'Patience', default: 'auto' },
        { ...shown, unit: 'epochs' }
      ),
      time_limit_seconds: setting(
        time_limit_seconds,
        'Stops after so long and keeps the best model; empty means no limit.',
        { title: 'Time limit' },
        { ...shown, unit: 's' }
      ),
      batch_size: setting(
        batch_size,
        "Rows in one optimizer step. Empty takes the architecture's own.",
        { default: 'auto' },
        { unit: 'rows' }
      ),
      loss: setting(
        {
          anyOf: [
            AUTO,
            ...choices(LOSSES[task] ?? [], LOSS_WORDS),
            ...(task === 'regression' ? [QUANTILE] : [])
          ]
        },
        'What training makes small.',
        { default: 'auto' }
      ),
      selection_metric: setting(
        {
          oneOf: [
            { ...AUTO, description: 'The validation loss.' },
            ...(SELECTION_METRICS[task] ?? []).map((name) => ({ const: name, title: metricName(name) }))
          ]
        },
        'By which validation score the best epoch is chosen, the one whose model is kept.',
        { title: 'Best epoch by', default: 'auto' }
      ),
      ...(classes
        ? {
            class_weights: setting(
              class_weights,
              'Balanced makes rare classes count as much as common ones.',
              { default: 'none' }
            )
          }
        : {}),
      method: setting(
        { oneOf: choices([...(classes ? ['stratified'] : []), 'random', 'group', 'time'], SPLITS) },
        'How the rows for validation and test are set aside.',
        { title: 'Split', default: classes ? 'stratified' : 'random' },
        shown
      ),
      validation_fraction: setting(validation_fraction, 'Share of the rows that early stopping looks at.', {
        title: 'Validation share',
        default: DEFAULTS.fraction
      }),
      test_fraction: setting(test_fraction, 'Share of the rows kept for the final score.', {
        title: 'Test share',
        default: DEFAULTS.fraction
      }),
      seed: setting(seed, 'Same seed, same data, same settings: the same model.', { default: DEFAULTS.seed }),
      ...(gpu
        ? {
            accelerator: setting(
              Resources.properties.accelerator,
              'Automatic takes a GPU while one is there.',
              { title: 'Device', default: 'auto' },
              shown
            ),
            gpus: setting(Resources.properties.gpus, 'How many GPUs one job gets.', {
              title: 'GPUs',
              default: 1
            })
          }
        : {})
    }
  }
}
