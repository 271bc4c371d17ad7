import type { Job } from '@trainyard/contracts/training'
import { byMetric, metricWords } from '../../format/metric-name.ts'

export type Best = {
  key: string
  name: string
  direction: 'min' | 'max'
  value: number
  epoch: number
  step: number
}
export type Score = { name: string; test: number; baselines: { name: string; value: number }[] }
type More = readonly { name: string; scores: Record<string, number> }[]

/** The best epoch as the trainer counts it; undefined until one has ended. */
export function bestOf({ best }: Pick<Job['metrics'], 'best'>): Best | undefined {
  if (!best || typeof best.metric !== 'string' || typeof best.value !== 'number') return undefined
  const number = (value: unknown) => (typeof value === 'number' ? value : 0)
  return {
    key: best.metric,
    name: metricWords(best.metric),
    direction: best.direction === 'max' ? 'max' : 'min',
    value: best.value,
    epoch: number(best.epoch),
    step: number(best.step)
  }
}

/** Scores on the test rows, each beside what simpler models get there. The job's own metric is first. */
export function scoresOf(metrics: Job['metrics'], more: More = []): Score[] {
  const { test, baseline } = metrics
  const main = bestOf(metrics)?.key.split('/').at(-1)
  const first = {
    name: typeof baseline?.name === 'string' ? baseline.name : 'baseline',
    scores: baseline ?? {}
  }
  return Object.entries(test ?? {})
    .flatMap(([name, value]): Score[] => {
      if (typeof value !== 'number') return []
      const baselines = [first, ...more].flatMap((one) => {
        const reference = one.scores[name]
        return typeof reference === 'number' ? [{ name: one.name, value: reference }] : []
      })
      return [{ name, test: value, baselines }]
    })
    .sort((a, b) => Number(b.name === main) - Number(a.name === main) || byMetric(a.name, b.name))
}
