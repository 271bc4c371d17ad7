import type { MetricsSummary } from '@trainyard/contracts/training'
import type { Prediction, Row } from './predict.ts'

export const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`

type Part = { name: string; ms: number }

/** What each phase of the job took, from its timeline; the last entry is where it ended. */
export function jobParts(timeline: { phase: string; at: string }[]): Part[] {
  return timeline.slice(0, -1).flatMap(({ phase, at }, i) => {
    const next = timeline[i + 1]
    return next ? [{ name: `job: ${phase.replace('_', ' ')}`, ms: Date.parse(next.at) - Date.parse(at) }] : []
  })
}

/** Where the seconds went, one line a part. */
export function timelineTable(parts: Part[], totalMs: number): string[] {
  const width = Math.max(...parts.map(({ name }) => name.length), 'together'.length)
  const row = (name: string, ms: number) => `  ${name.padEnd(width)}  ${seconds(ms).padStart(9)}`
  return [...parts.map(({ name, ms }) => row(name, ms)), row('together', totalMs)]
}

const PREFERRED = ['accuracy', 'r2', 'rmse', 'mae']

/** The first score that model and baseline have in common, most telling first. */
export function scoreLine({ test, baseline }: Pick<MetricsSummary, 'test' | 'baseline'>): string {
  const score = PREFERRED.find(
    (name) => typeof test?.[name] === 'number' && typeof baseline?.[name] === 'number'
  )
  if (score === undefined) return 'There were too few test rows to score the model.'
  const figure = (value: unknown) =>
    score === 'accuracy' ? `${(Number(value) * 100).toFixed(1)} %` : Number(value).toFixed(4)
  return `Test ${score} ${figure(test?.[score])}, ${String(baseline?.name)} baseline ${figure(baseline?.[score])}.`
}

/** One predicted row beside the truth. */
export function predictionLine({ prediction, probabilities }: Prediction, row: Row, target: string): string {
  const share = probabilities?.[String(prediction)]
  const sure = share === undefined ? '' : ` (${(share * 100).toFixed(1)} %)`
  const value = typeof prediction === 'number' ? Number(prediction.toPrecision(6)) : prediction
  return `  predicted ${String(value)}${sure}, the file says ${String(row[target])}`
}
