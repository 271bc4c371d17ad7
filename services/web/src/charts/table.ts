import type { ChartSeries, Domain } from './chart-series.ts'

export type TableRow = { x: number; values: (number | undefined)[] }

/** The lines as rows, one for each x of any of them; `undefined` where a line has no point, NaN where it was not finite. */
export function rowsOf(series: readonly ChartSeries[], domain?: Domain): TableRow[] {
  const rows = new Map<number, TableRow>()
  series.forEach(({ x, y }, column) => {
    for (let i = 0; i < x.length; i++) {
      const at = x[i] as number
      if (domain && (at < domain.from || at > domain.to)) continue
      const row = rows.get(at) ?? { x: at, values: series.map(() => undefined) }
      row.values[column] = y[i]
      rows.set(at, row)
    }
  })
  return [...rows.values()].sort((a, b) => a.x - b.x)
}

/** RFC 4180; a value that is not finite is written as NaN, one that is not there as nothing. */
export function csvOf(xLabel: string, series: readonly ChartSeries[], domain?: Domain): string {
  const head = [xLabel, ...series.map(({ label }) => label)].map(quoted).join(',')
  const lines = rowsOf(series, domain).map(({ x, values }) =>
    [x, ...values.map((value) => (value === undefined ? '' : Number.isFinite(value) ? value : 'NaN'))].join(
      ','
    )
  )
  return `${[head, ...lines].join('\r\n')}\r\n`
}

/** A name that begins like a formula is made text: spreadsheets would run it. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
