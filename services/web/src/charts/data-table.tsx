import { plain } from '../format/numbers.ts'
import type { ChartSeries, Domain } from './chart-series.ts'
import { rowsOf } from './table.ts'

/** Rows shown; the whole is in the CSV file. */
const MOST_ROWS = 500

type Props = { caption: string; xLabel: string; series: readonly ChartSeries[]; domain?: Domain }

/** A chart's numbers as a table: for reading exactly, and without eyes. */
export function DataTable({ caption, xLabel, series, domain }: Props) {
  const rows = rowsOf(series, domain)
  const every = Math.ceil(rows.length / MOST_ROWS)
  const shown = every > 1 ? rows.filter((_, i) => i % every === 0 || i === rows.length - 1) : rows
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label={caption} tabIndex={0} className="h-full overflow-auto">
      <table className="w-full border-collapse text-right text-code">
        <caption className="px-2 py-1 text-left text-xs text-muted">
          {every > 1 ? `Every ${every}th of ${plain(rows.length)} rows; the CSV file has all.` : caption}
        </caption>
        <thead className="sticky top-0 bg-surface">
          <tr>
            <th scope="col" className="px-2 py-1">
              {xLabel}
            </th>
            {series.map(({ key, label }) => (
              <th key={key} scope="col" className="px-2 py-1">
                <bdi>{label}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ x, values }) => (
            <tr key={x} className="border-t border-line">
              <th scope="row" className="px-2 py-0.5 font-normal">
                {plain(x)}
              </th>
              {values.map((value, i) => (
                <td key={series[i]?.key} className="px-2 py-0.5">
                  {value === undefined ? '' : Number.isFinite(value) ? plain(value) : 'not finite'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
