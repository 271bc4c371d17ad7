import { type Static, Type } from 'typebox'
import { Closed, Id, Name, Tags } from './common.ts'

export const TaskKind = Type.Enum([
  'classification',
  'regression',
  'text_classification',
  'language',
  'forecasting'
])
export type TaskKind = Static<typeof TaskKind>
const Auto = Type.Literal('auto')
const ColumnName = Type.String({ minLength: 1, maxLength: 65_536 })

export const Split = Closed({
  method: Type.Optional(
    Type.Enum(['random', 'stratified', 'group', 'time'], {
      description:
        'stratified keeps the share of each class (the default for classes), random is the default for numbers. group keeps all rows of one value of `columns.group` together, time tests on the latest rows by `columns.time`; each is the default where its column is named.'
    })
  ),
  validation_fraction: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 })),
  test_fraction: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 0.5 }))
})
export const Model = Closed({
  architecture: Type.String({ minLength: 1, maxLength: 64 }),
  hyperparameters: Type.Optional(Type.Record(Type.String(), Type.Unknown()))
})
export const TrainingOptions = Closed({
  epochs: Type.Optional(Type.Union([Auto, Type.Integer({ minimum: 1, maximum: 100_000 })])),
  batch_size: Type.Optional(Type.Union([Auto, Type.Integer({ minimum: 1, maximum: 1_048_576 })])),
  micro_batch_size: Type.Optional(
    Type.Union([Auto, Type.Integer({ minimum: 1, maximum: 1_048_576 })], {
      description:
        'Rows of a batch that are computed at once, to need less memory; the step is that of the whole batch. auto takes the batch at once, and in pieces when memory runs out.'
    })
  ),
  precision: Type.Optional(
    Type.Enum(['auto', 'float32', 'bfloat16'], {
      description:
        'Of the products in a step; weights and scores are always float32. auto is bfloat16 for large steps on a GPU that has it, else float32.'
    })
  ),
  loss: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'auto, cross_entropy of classes; auto (mse), mse, mae, huber or quantile_<share between 0 and 1> of numbers.'
    })
  ),
  class_weights: Type.Optional(
    Type.Union([
      Auto,
      Type.Literal('none'),
      Type.Literal('balanced'),
      Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }))
    ])
  ),
  selection_metric: Type.Optional(
    Type.String({
      maxLength: 64,
      description:
        'By what the best epoch is chosen on the validation rows: auto, loss, accuracy, balanced_accuracy or macro_f1 of classes; auto, loss, rmse, mae or r2 of numbers. Among equal epochs the one with the lower loss.'
    })
  ),
  early_stopping_patience: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()])
  ),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
  time_limit_seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 31_536_000 }))
})
export const Resources = Closed({
  accelerator: Type.Optional(Type.Enum(['auto', 'cpu', 'gpu'])),
  gpus: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 }))
})

/** Body of `POST /api/training`, and the trainer's spec. */
export const CreateJob = Closed({
  dataset_id: Id,
  name: Type.Optional(Name),
  tags: Type.Optional(Tags),
  cloned_from: Type.Optional(Id),
  task: Type.Optional(Type.Union([Auto, TaskKind])),
  target: Type.Optional(ColumnName),
  features: Type.Optional(Type.Array(ColumnName, { minItems: 1, maxItems: 10_000, uniqueItems: true })),
  columns: Type.Optional(
    Closed({
      text: Type.Optional(ColumnName),
      time: Type.Optional(ColumnName),
      series: Type.Optional(ColumnName),
      group: Type.Optional(ColumnName),
      weight: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 65_536,
          description:
            'How much each row counts, in the loss and in every score; a row of weight 2 is two rows, one without a weight or of weight 0 is left out.'
        })
      )
    })
  ),
  horizon: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  split: Type.Optional(Split),
  model: Model,
  training: Type.Optional(TrainingOptions),
  resources: Type.Optional(Resources)
})
export type CreateJob = Static<typeof CreateJob>
