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

/**
 * Scores on the test rows, each beside what simpler models get there. The score that chose the best epoch is first;
 * a loss that is the log-loss under another name is left out.
 */
export function scoresOf(metrics: Job['metrics'], more: More = []): Score[] {
  const { test, baseline } = metrics
  const main = bestOf(metrics)?.key.split('/').at(-1)
  const isChosen = ({ name }: Score) => name === main && name !== 'loss'
  const first = {
    name: typeof baseline?.name === 'string' ? baseline.name : 'baseline',
    scores: baseline ?? {}
  }
  return Object.entries(test ?? {})
    .flatMap(([name, value]): Score[] => {
      if (typeof value !== 'number' || (name === 'loss' && value === test?.log_loss)) return []
      const baselines = [first, ...more].flatMap((one) => {
        const reference = one.scores[name]
        return typeof reference === 'number' ? [{ name: one.name, value: reference }] : []
      })
      return [{ name, test: value, baselines }]
    })
    .sort((a, b) => Number(isChosen(b)) - Number(isChosen(a)) || byMetric(a.name, b.name))
}
