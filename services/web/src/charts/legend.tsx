import { decimal } from '../format/numbers.ts'
import { lowerBound } from '../live/lower-bound.ts'
import type { ChartSeries } from './chart-series.ts'

/** A class a colour: Tailwind compiles only names that it reads. */
const COLOUR = [
  'border-series-1',
  'border-series-2',
  'border-series-3',
  'border-series-4',
  'border-series-5',
  'border-series-6',
  'border-series-7',
  'border-series-8'
]

/** The value at `x`, or the newest one. */
function valueAt({ x, y }: ChartSeries, at: number | undefined): number | undefined {
  if (x.length === 0) return undefined
  if (at === undefined) return y[y.length - 1]
  const after = Math.min(lowerBound(x, at), x.length - 1)
  const before = Math.max(0, after - 1)
  const nearer = at - (x[before] as number) < (x[after] as number) - at ? before : after
  return y[nearer]
}

type Props = { series: readonly ChartSeries[]; cursor: number | undefined; digits: number }

/** Which line is which, with its newest value or the one under the cursor. */
export function Legend({ series, cursor, digits }: Props) {
  const shown = series.filter(({ ghost }) => !ghost)
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-0.5 text-xs">
      {shown.map((one) => {
        const value = valueAt(one, cursor)
        const dashed = one.dashed || one.colour >= COLOUR.length
        return (
          <li key={one.key} className="flex min-w-0 items-center gap-1.5">
            <span
              aria-hidden="true"
              className={`w-4 shrink-0 border-t-2 ${dashed ? 'border-dashed' : ''} ${COLOUR[one.colour % COLOUR.length]}`}
            />
            <bdi className="min-w-0 truncate text-muted">{one.label}</bdi>
            <span className="font-semibold">
              {value !== undefined && !Number.isFinite(value) ? 'not finite' : decimal(value, digits)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
