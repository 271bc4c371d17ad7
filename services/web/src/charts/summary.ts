import { plain } from '../format/numbers.ts'
import type { ChartSeries } from './chart-series.ts'

/** Values that count for the trend: the last tenth of the line against the tenth before it. */
const TAIL = 0.1

/** What a line says, in words: "train: from 0.9 to 0.41, least 0.40 at 3,200, falling". */
export function summaryOf({ label, x, y }: ChartSeries, formatX: (x: number) => string = plain): string {
  const known: number[] = []
  for (let i = 0; i < y.length; i++) if (Number.isFinite(y[i])) known.push(i)
  if (known.length === 0) return `${label}: no values yet`
  const value = (i: number) => y[i] as number
  const first = known[0] as number
  const last = known.at(-1) as number
  let least = first
  let most = first
  for (const i of known) {
    if (value(i) < value(least)) least = i
    if (value(i) > value(most)) most = i
  }
  const at = (i: number) => `${plain(value(i))} at ${formatX(x[i] as number)}`
  const gaps = y.length - known.length
  const missing = gaps > 0 ? `, ${plain(gaps)} not finite` : ''
  return `${label}: from ${plain(value(first))} to ${plain(value(last))}, least ${at(least)}, greatest ${at(most)}, ${trendOf(known.map(value))}${missing}`
}

function trendOf(values: readonly number[]): 'rising' | 'falling' | 'level' {
  const count = Math.max(1, Math.floor(values.length * TAIL))
  const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length
  if (values.length < 2) return 'level'
  const now = mean(values.slice(-count))
  const before = mean(values.slice(-2 * count, -count))
  const spread = Math.max(...sample(values)) - Math.min(...sample(values))
  if (Math.abs(now - before) <= spread * 0.005) return 'level'
  return now > before ? 'rising' : 'falling'
}

/** A call takes only so many arguments. */
const sample = (values: readonly number[]) =>
  values.length <= 1_000 ? values : values.filter((_, i) => i % Math.ceil(values.length / 1_000) === 0)
