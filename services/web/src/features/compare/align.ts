import type { Job, MetricSeries } from '@trainyard/contracts/training'

/** What the horizontal axis counts. `share` is the part done, 0 to 100 %, so that long and short runs lie over each other. */
export type Alignment = 'step' | 'epoch' | 'share'
export const alignments: readonly Alignment[] = ['step', 'epoch', 'share']

type Points = MetricSeries['series'][number]['points']

/** Steps that a run has when it is done: what the trainer said, else as far as it has come. */
export function stepsOf(job: Job | undefined, points: Points): number {
  const last = points.at(-1)?.step ?? 0
  return Math.max(job?.progress?.steps ?? 0, last, 1)
}

/** One run's curve for the chart. A value that was not finite stays a gap (NaN). */
export function curveOf(points: Points, by: Alignment, steps: number): { x: Float64Array; y: Float64Array } {
  const x = Float64Array.from(points, ({ step, epoch }) =>
    by === 'share' ? (100 * step) / steps : by === 'epoch' ? epoch : step
  )
  return { x, y: Float64Array.from(points, ({ value }) => value ?? Number.NaN) }
}
