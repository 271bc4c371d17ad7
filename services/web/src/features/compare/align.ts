import type { Job, MetricSeries } from '@trainyard/contracts/training'
import type { Elapsed } from '../../jobs/elapsed.ts'

/** What the horizontal axis counts. `share` is the part done, 0 to 100 %, so that long and short runs lie over each other. */
export type Alignment = 'step' | 'epoch' | 'time' | 'share'
export const alignments: readonly Alignment[] = ['step', 'epoch', 'time', 'share']

type Points = MetricSeries['series'][number]['points']

/** Steps that a run has when it is done: what the trainer said, else as far as it has come. */
export function stepsOf(job: Job | undefined, points: Points): number {
  const last = points.at(-1)?.step ?? 0
  return Math.max(job?.progress?.steps ?? 0, last, 1)
}

/** Points as a clock of training time reads them. */
export const recordedOf = (points: Points) => ({
  attempt: points.map(({ attempt }) => attempt),
  at: points.map(({ at }) => (at === null ? Number.NaN : Date.parse(at)))
})

/**
 * One run's curve for the chart. A value that was not finite stays a gap (NaN); a point that has no place on the axis,
 * being of before times were kept, is left out.
 */
export function curveOf(
  points: Points,
  by: Alignment,
  { steps, elapsed }: { steps: number; elapsed: Elapsed }
): { x: Float64Array; y: Float64Array } {
  const place = ({ step, epoch, attempt, at }: Points[number]) => {
    if (by === 'step') return step
    if (by === 'epoch') return epoch
    if (by === 'share') return (100 * step) / steps
    return at === null ? Number.NaN : elapsed(attempt, Date.parse(at))
  }
  const placed = points.flatMap((point) => {
    const x = place(point)
    return Number.isNaN(x) ? [] : [{ x, y: point.value ?? Number.NaN }]
  })
  return { x: Float64Array.from(placed, ({ x }) => x), y: Float64Array.from(placed, ({ y }) => y) }
}
