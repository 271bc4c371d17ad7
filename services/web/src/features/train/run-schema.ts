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
import { AUTO, choices, LOSS_WORDS, PRECISIONS, QUANTILE, SPLITS } from './run-choices.ts'

/** Which part of the body a setting of the run belongs to. */
export const SECTION_OF = {
  epochs: 'training',
  early_stopping_patience: 'training',
  batch_size: 'training',
  micro_batch_size: 'training',
  precision: 'training',
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

type Options = {
  task: TaskKind
  /** Whether asking for a GPU can be of use here. */
  gpu: boolean
}

/** The settings of a run as one schema: limits from the contract, words and order from here. */
export function runSchema({ task, gpu }: Options): JsonSchema {
  const {
    epochs,
    early_stopping_patience,
    batch_size,
    micro_batch_size,
    class_weights,
    seed,
    time_limit_seconds
  } = TrainingOptions.properties
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
      micro_batch_size: setting(
        micro_batch_size,
        'Rows of a batch computed at once: fewer need less memory, the step stays that of the whole batch. Empty takes it whole, and in pieces when memory runs out.',
        { title: 'Piece of a batch', default: 'auto' },
        { unit: 'rows' }
      ),
      precision: setting(
        { oneOf: choices(['auto', 'float32', 'bfloat16'], PRECISIONS) },
        'Of the products in a step; weights and scores are always float32.',
        { default: 'auto' }
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
