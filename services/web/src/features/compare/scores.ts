import type { Job, MetricSeries } from '@trainyard/contracts/training'
import { byMetric, metricWords } from '../../format/metric-name.ts'

export type Direction = 'min' | 'max'
/** `unknown`: nobody says which end is the good one, or a value is missing. */
export type Verdict = 'better' | 'worse' | 'same' | 'unknown'
export type Score = { value: number | undefined; difference: number | undefined; verdict: Verdict }
export type ScoreRow = { key: string; label: string; direction: Direction | undefined; scores: Score[] }

const numberOf = (record: Record<string, unknown> | null | undefined, name: string) => {
  const value = record?.[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The difference from the base and what it means. Equal but for rounding is the same. */
export function judge(
  value: number | undefined,
  base: number | undefined,
  direction: Direction | undefined
): Score {
  if (value === undefined || base === undefined) return { value, difference: undefined, verdict: 'unknown' }
  const difference = value - base
  if (Math.abs(difference) <= 1e-9 * Math.max(Math.abs(value), Math.abs(base)))
    return { value, difference: 0, verdict: 'same' }
  if (direction === undefined) return { value, difference, verdict: 'unknown' }
  return { value, difference, verdict: difference > 0 === (direction === 'max') ? 'better' : 'worse' }
}

/** What the platform says about each metric's good end: of the series, and of the metric that chose the best epoch. */
export function directionsOf(
  jobs: readonly (Job | undefined)[],
  series: readonly (MetricSeries['series'][number] | undefined)[]
): Map<string, Direction> {
  const found = new Map<string, Direction>()
  for (const one of series) if (one) found.set(bare(one.key), one.direction)
  for (const job of jobs) {
    const { metric, direction } = job?.metrics.best ?? {}
    if (typeof metric === 'string' && (direction === 'min' || direction === 'max'))
      found.set(bare(metric), direction)
  }
  return found
}

/** Scores that only the test has, so that no series says which end of them is good. */
const byName: [RegExp, Direction][] = [
  [/(loss|error|mae|mse|rmse)$/, 'min'],
  [/(accuracy|auc|f1|precision|recall|r2)$/, 'max']
]
const usual = (name: string) => byName.find(([pattern]) => pattern.test(name))?.[1]

/** `validation/accuracy` → `accuracy`. */
const bare = (key: string) => key.slice(key.lastIndexOf('/') + 1)

/** Of the best epoch: where it was, and which end of it is good. They are no scores. */
const notScores = new Set(['epoch', 'step', 'value', 'metric', 'direction', 'name'])

type Source = { prefix: string; word: string; read: (job: Job) => Record<string, unknown> | null }
const sources: Source[] = [
  { prefix: 'best', word: 'best', read: ({ metrics }) => metrics.best },
  { prefix: 'test', word: 'test', read: ({ metrics }) => metrics.test }
]

/**
 * One row for each score that at least one run has: of the best epoch, then of the test. Every value stands beside
 * its difference from the base run's, judged by the metric's direction.
 */
export function scoreRows(
  jobs: readonly (Job | undefined)[],
  baseIndex: number,
  directions: ReadonlyMap<string, Direction>
): ScoreRow[] {
  return sources.flatMap(({ prefix, word, read }) => {
    const records = jobs.map((job) => job && read(job))
    const names = [...new Set(records.flatMap((record) => Object.keys(record ?? {})))].filter(
      (name) => !notScores.has(name) && records.some((record) => numberOf(record, name) !== undefined)
    )
    return names.toSorted(byMetric).map((name) => {
      const direction = directions.get(bare(name)) ?? usual(bare(name))
      const base = numberOf(records[baseIndex], name)
      const scores = records.map((record) => judge(numberOf(record, name), base, direction))
      return {
        key: `${prefix}/${name}`,
        label: `${word} ${metricWords(name)}`,
        direction,
        scores
      }
    })
  })
}
