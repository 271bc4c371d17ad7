import { type Static, Type } from 'typebox'
import { DatasetError } from './dataset.ts'
import { Metrics, Progress, Reason } from './training.ts'

/** What the trainer writes on file descriptor 3, one JSON object a line. */
export const TrainerEvent = Type.Union([
  Type.Object({
    type: Type.Literal('phase'),
    phase: Type.Enum(['loading', 'first_step', 'training', 'evaluating'])
  }),
  Type.Object({ type: Type.Literal('started') }, { additionalProperties: true }),
  Type.Object({ type: Type.Literal('progress'), ...Progress.properties }),
  Type.Object({ type: Type.Literal('metrics'), ...Metrics.properties }),
  Type.Object({
    type: Type.Literal('best'),
    step: Type.Integer(),
    epoch: Type.Integer(),
    metric: Type.String(),
    direction: Type.Enum(['min', 'max']),
    value: Type.Number()
  }),
  Type.Object({
    type: Type.Literal('checkpoint'),
    step: Type.Integer(),
    epoch: Type.Integer(),
    path: Type.String({ maxLength: 200 }),
    bytes: Type.Integer(),
    sha256: Type.String()
  }),
  Type.Object({
    type: Type.Literal('log'),
    level: Type.Enum(['info', 'warning', 'error']),
    line: Type.String()
  }),
  Type.Object({
    type: Type.Literal('result'),
    outcome: Type.Enum(['succeeded', 'stopped', 'released', 'failed']),
    reason: Type.Union([Reason, Type.Null()]),
    message: Type.Union([Type.String(), Type.Null()]),
    metrics: Type.Optional(Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()])),
    artifacts: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
    invalid: Type.Optional(Type.Union([DatasetError, Type.Null()]))
  })
])
export type TrainerEvent = Static<typeof TrainerEvent>
/** Longest line the trainer may write, in bytes, without its newline. */
export const MAX_EVENT_BYTES = 65_536
