import { type Static, Type } from 'typebox'
import { Closed, Nullable, Timestamp } from './common.ts'
import { Count } from './training-count.ts'

export const MetricsQuery = Closed({
  keys: Type.Optional(Type.String({ maxLength: 4_000, description: 'Comma-separated series names.' })),
  max_points: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000, default: 1_000 })),
  from_step: Type.Optional(Type.Integer(Count)),
  to_step: Type.Optional(Type.Integer(Count))
})
export type MetricsQuery = Static<typeof MetricsQuery>
/**
 * A thinned point stands for several: `min` and `max` are the extremes of what it stands for. `at` is when the platform
 * recorded it, as `ts` of the live message; null for points that were stored without it.
 */
export const MetricPoint = Type.Object({
  step: Type.Integer(),
  epoch: Type.Integer(),
  attempt: Type.Integer(),
  at: Nullable(Timestamp),
  value: Nullable(Type.Number()),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number())
})
export const MetricSeries = Type.Object({
  series: Type.Array(
    Type.Object({
      key: Type.String(),
      direction: Type.Enum(['min', 'max']),
      points: Type.Array(MetricPoint)
    })
  )
})
export type MetricSeries = Static<typeof MetricSeries>
