/** One line of a chart, as columns of equal length that rise in `x`. A value that is not finite is a gap. */
export type ChartSeries = {
  key: string
  label: string
  /** Counts from 0; from the ninth line on colours repeat, dashed. */
  colour: number
  x: Float64Array
  y: Float64Array
  /** What a thinned point stands for. */
  low?: Float64Array
  high?: Float64Array
  attempt?: Float64Array
  dashed?: boolean
  /** Which end is the good one; with it, the best value gets a star. */
  direction?: 'min' | 'max'
  /** A line that no longer counts, beside the one of this key: faint, not smoothed, not in tables. */
  ghostOf?: string
  /** Changes whenever something other than an addition at the end happened. */
  revision?: number
}

/** Where a chart reads its lines when it draws; live numbers never pass through React. */
export type ChartSource = {
  read: () => readonly ChartSeries[]
  subscribe: (listener: () => void) => () => void
  /** All there is, where that is more than these lines: charts side by side share their range. */
  domain?: () => Domain | undefined
}

/** Lines that do not change. */
export const fixedSource = (series: readonly ChartSeries[]): ChartSource => ({
  read: () => series,
  subscribe: () => () => undefined
})

export type Domain = { from: number; to: number }

/** The lines that a person wants to see; a ghost goes with its line. */
export const visibleOf = (series: readonly ChartSeries[], hidden: readonly string[]) =>
  hidden.length === 0 ? series : series.filter(({ key, ghostOf }) => !hidden.includes(ghostOf ?? key))

/** From the least to the greatest x of all lines; undefined while there is no point. */
export function fullDomain(series: readonly ChartSeries[]): Domain | undefined {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { x } of series) {
    if (x.length === 0) continue
    from = Math.min(from, x[0] as number)
    to = Math.max(to, x[x.length - 1] as number)
  }
  return from <= to ? { from, to } : undefined
}
