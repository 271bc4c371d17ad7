import { decimal } from '../format/numbers.ts'
import { lowerBound } from '../live/lower-bound.ts'
import { cx } from '../ui/cx.ts'
import type { ChartSeries } from './chart-series.ts'
import { edgeOf, isRepeated } from './series-colours.ts'

/** The value at `x`, or the newest one. */
function valueAt({ x, y }: ChartSeries, at: number | undefined): number | undefined {
  if (x.length === 0) return undefined
  if (at === undefined) return y[y.length - 1]
  const after = Math.min(lowerBound(x, at), x.length - 1)
  const before = Math.max(0, after - 1)
  const nearer = at - (x[before] as number) < (x[after] as number) - at ? before : after
  return y[nearer]
}

type Props = {
  series: readonly ChartSeries[]
  cursor: number | undefined
  digits: number
  hidden: readonly string[]
  /** Without it, lines cannot be hidden. */
  onToggle?: (key: string) => void
  lifted?: string
  onLift: (key: string | undefined) => void
}

/** Which line is which, with its newest value or the one under the cursor; pressed, it hides its line. */
export function Legend({ series, cursor, digits, hidden, onToggle, lifted, onLift }: Props) {
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-0.5 text-xs">
      {series.map((one) => {
        const value = valueAt(one, cursor)
        const dashed = one.dashed || isRepeated(one.colour)
        const isHidden = hidden.includes(one.key)
        const words = (
          <>
            <span
              aria-hidden="true"
              className={`w-4 shrink-0 border-t-2 ${dashed ? 'border-dashed' : ''} ${edgeOf(one.colour)}`}
            />
            <bdi className={cx('min-w-0 truncate text-muted', isHidden && 'line-through')}>{one.label}</bdi>
            <span className="font-semibold">
              {isHidden
                ? 'hidden'
                : value !== undefined && !Number.isFinite(value)
                  ? 'not finite'
                  : decimal(value, digits)}
            </span>
          </>
        )
        const look = cx(
          'flex min-h-6 min-w-0 items-center gap-1.5 rounded-sm',
          lifted === one.key && 'bg-sunken'
        )
        const lifts = {
          onPointerEnter: () => onLift(one.key),
          onPointerLeave: () => onLift(undefined),
          onFocus: () => onLift(one.key),
          onBlur: () => onLift(undefined)
        }
        return (
          <li key={one.key} className="min-w-0">
            {onToggle ? (
              <button
                type="button"
                aria-pressed={!isHidden}
                title={isHidden ? 'Show this line' : 'Hide this line'}
                onClick={() => onToggle(one.key)}
                className={look}
                {...lifts}
              >
                {words}
              </button>
            ) : (
              <span
                className={look}
                onPointerEnter={lifts.onPointerEnter}
                onPointerLeave={lifts.onPointerLeave}
              >
                {words}
              </span>
            )}
          </li>
        )
      })}
    </ul>
  )
}
