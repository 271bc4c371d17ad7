/** One row of the table. `ratio` is baseline ÷ ours: how many times faster (or smaller) we are. */
export type Result = {
  name: string
  unit: string
  median: number
  min: number
  max: number
  n: number
  baseline: { name: string; median: number } | null
  ratio: number | null
}

/** `samples` in `unit`, at least one. */
export function summarise(
  name: string,
  unit: string,
  samples: number[],
  baseline: { name: string; samples: number[] } | null = null
): Result {
  const sorted = samples.toSorted((a, b) => a - b)
  const median = quantile(sorted, 0.5)
  const other = baseline && {
    name: baseline.name,
    median: quantile(
      baseline.samples.toSorted((a, b) => a - b),
      0.5
    )
  }
  return {
    name,
    unit,
    median,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    n: samples.length,
    baseline: other,
    ratio: other && other.median / median
  }
}

/** Nearest rank, of an ascending list. */
export function quantile(sorted: number[], q: number): number {
  if (sorted.length === 0) throw new Error('no samples')
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

/** The table that people read. */
export function table(results: Result[]): string {
  const head = ['benchmark', 'median', 'min', 'max', 'n', 'baseline', 'ratio']
  const rows = results.map(({ name, unit, median, min, max, n, baseline, ratio }) => [
    name,
    `${round(median)} ${unit}`,
    round(min),
    round(max),
    String(n),
    baseline ? `${round(baseline.median)} ${unit} ${baseline.name}` : '–',
    ratio === null ? '–' : `${ratio.toFixed(1)}×`
  ])
  const widths = head.map((text, i) => Math.max(text.length, ...rows.map((row) => row[i]?.length ?? 0)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

const round = (value: number) => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0))
