import type { ChartSeries } from '../../charts/chart-series.ts'
import { elapsedClock, firstSteps } from '../../jobs/elapsed.ts'
import { type Alignment, alignments, curveOf, recordedOf, stepsOf } from './align.ts'
import { letterOf, nameOf } from './run-name.ts'
import type { Run } from './use-runs.ts'

/** How the chart is shown, as the address says it. */
export type View = { metric: string | undefined; by: Alignment; smooth: number; logScale: boolean }

/** Every series that at least one run has; validation first, because that is what runs are compared by. */
export function metricsOf(runs: readonly Run[]): string[] {
  const keys = [...new Set(runs.flatMap(({ series }) => series.map(({ key }) => key)))]
  const rank = (key: string) => (key.startsWith('validation/') ? 0 : 1)
  return keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
}

export function viewOf(params: URLSearchParams, metrics: readonly string[]): View {
  const asked = params.get('metric')
  const smooth = Number(params.get('smooth') ?? 0)
  return {
    metric:
      metrics.find((key) => key === asked) ?? metrics.find((key) => key.endsWith('/loss')) ?? metrics[0],
    by: alignments.find((one) => one === params.get('x')) ?? 'step',
    smooth: smooth >= 0 && smooth <= 0.99 ? smooth : 0,
    logScale: params.get('log') === '1'
  }
}

/** Letters of runs with points of before times were kept, which have no place on an axis of time. */
export const withoutTimes = (runs: readonly Run[]): string[] =>
  runs
    .filter(({ series }) => series.some(({ points }) => points.some(({ at }) => at === null)))
    .map(({ index }) => letterOf(index))

/** One line a run, in the run's colour; from the ninth on colours repeat, dashed. */
export function linesOf(runs: readonly Run[], { metric, by }: View): ChartSeries[] {
  return runs.flatMap((run) => {
    const found = run.series.find(({ key }) => key === metric)
    if (!found) return []
    const { points, direction } = found
    const starts = firstSteps(run.job?.timeline ?? [])
    const elapsed = elapsedClock(
      starts,
      run.series.map((one) => recordedOf(one.points))
    )
    return [
      {
        key: run.id,
        label: nameOf(run),
        colour: run.index,
        direction,
        ...curveOf(points, by, { steps: stepsOf(run.job, points), elapsed })
      }
    ]
  })
}
