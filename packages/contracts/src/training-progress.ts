import { type Static, Type } from 'typebox'
import { Nullable } from './common.ts'

export const Phase = Type.Enum([
  'queued',
  'claiming',
  'downloading',
  'loading',
  'first_step',
  'training',
  'evaluating',
  'uploading'
])
export type Phase = Static<typeof Phase>

/** Seconds and fractions; `eta_seconds` is null until it can be estimated. `percent` is 0 to 100. */
export const Progress = Type.Object({
  epoch: Type.Integer({ minimum: 0 }),
  epochs: Type.Integer({ minimum: 0 }),
  step: Type.Integer({ minimum: 0 }),
  steps: Type.Integer({ minimum: 0 }),
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  eta_seconds: Nullable(Type.Number({ minimum: 0 })),
  samples_per_second: Nullable(Type.Number({ minimum: 0 })),
  phase: Phase
})
export type Progress = Static<typeof Progress>

/** Series name → value; a value that is not a number is null and listed in `not_finite`. */
export const Metrics = Type.Object({
  step: Type.Integer({ minimum: 0 }),
  epoch: Type.Integer({ minimum: 0 }),
  values: Type.Record(Type.String(), Nullable(Type.Number())),
  not_finite: Type.Optional(Type.Array(Type.String()))
})
export type Metrics = Static<typeof Metrics>
