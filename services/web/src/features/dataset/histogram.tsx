import { integer } from '../../format/numbers.ts'
import { plainName } from '../../ui/name.tsx'
import type { ColumnSummary } from './column-stats.ts'

const HEIGHT = 32
/** Most frequent values with a bar of their own. */
const VALUES = 4

/** The distribution of a column: bins as columns, values as named bars. `text` says the same in words. */
export function Histogram({ summary }: { summary: ColumnSummary }) {
  const { bars, kind, text, distinct } = summary
  const most = Math.max(0, ...bars.map(({ count }) => count))
  if (most === 0) return <p className="text-xs text-muted">{plainName(text, 400)}</p>
  if (kind === 'bins') return <Bins summary={summary} most={most} />
  // Values that are all different have no distribution.
  if (most === 1) return <p className="text-xs text-muted">Every value occurs once.</p>
  return (
    <ul
      aria-label="Most frequent values"
      className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-x-2 gap-y-1 text-xs"
    >
      {bars.slice(0, VALUES).map(({ label, count }) => (
        <li key={label} className="col-span-3 grid grid-cols-subgrid items-center">
          <bdi className="truncate" title={plainName(label)}>
            {plainName(label, 60)}
          </bdi>
          <svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 w-full">
            <rect width={(count / most) * 100} height="8" className="fill-series-1" />
          </svg>
          <span className="text-right text-muted">{integer(count)}</span>
        </li>
      ))}
      {distinct > Math.min(VALUES, bars.length) && (
        <li className="col-span-3 text-muted">{`and ${integer(distinct - Math.min(VALUES, bars.length))} more`}</li>
      )}
    </ul>
  )
}

function Bins({ summary: { bars, text }, most }: { summary: ColumnSummary; most: number }) {
  return (
    <svg
      role="img"
      aria-label={plainName(text, 400)}
      viewBox={`0 0 ${bars.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-16 w-full border-b border-line"
    >
      {bars.map(({ label, count }, at) => {
        // A bin with something in it is never invisible.
        const height = count === 0 ? 0 : Math.max(0.5, (count / most) * HEIGHT)
        return (
          <rect
            key={label}
            x={at + 0.06}
            y={HEIGHT - height}
            width={0.88}
            height={height}
            className="fill-series-1"
          >
            <title>{`${label}: ${integer(count)}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}
