import { Target } from 'lucide-react'
import { counted, integer, share } from '../../format/numbers.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { cx } from '../../ui/cx.ts'
import { Name, plainName } from '../../ui/name.tsx'
import type { ColumnSummary } from './column-stats.ts'
import { Histogram } from './histogram.tsx'

export type ColumnProps = {
  summary: ColumnSummary
  left: boolean
  onToggle: () => void
  /** The form with this column as its target. */
  targetLink: string
}

export function ColumnCard({ summary, left, onToggle, targetLink }: ColumnProps) {
  const { name, type, missing, missingShare, distinct, exact, range } = summary
  return (
    <li
      className={cx(
        'flex min-w-0 flex-col gap-2 rounded-lg border border-line bg-surface p-3 shadow-card',
        left && 'border-dashed border-outline'
      )}
    >
      <div className="flex items-baseline justify-between gap-2">
        <h2 className="min-w-0 font-semibold">
          <Name truncate>{name === '' ? '(no name)' : name}</Name>
        </h2>
        <span className="shrink-0 text-xs text-muted">{type}</span>
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-xs">
        <dt className="text-muted">Missing</dt>
        <dd className={missing > 0 ? 'text-warning' : undefined}>
          {missing > 0 ? `${share(missingShare)} (${integer(missing)})` : 'none'}
        </dd>
        <dt className="text-muted">Distinct</dt>
        <dd>{`${exact ? '' : 'about '}${counted(distinct, 'value')}`}</dd>
        {range !== undefined && (
          <>
            <dt className="text-muted">{type === 'text' ? 'Length' : 'Range'}</dt>
            <dd className="truncate" title={plainName(range)}>
              {plainName(range, 80)}
            </dd>
          </>
        )}
      </dl>
      <div className="flex-1">
        <Histogram summary={summary} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2 text-xs">
        <Checkbox
          checked={!left}
          onChange={onToggle}
          aria-label={`${left ? 'left out' : 'in use'}: ${plainName(name, 60)}`}
        >
          {left ? 'left out' : 'in use'}
        </Checkbox>
        {type !== 'empty' && (
          <LinkButton
            small
            variant="quiet"
            to={targetLink}
            icon={<Target aria-hidden="true" className="size-3.5" />}
            aria-label={`Use as target: ${plainName(name, 60)}`}
          >
            Use as target
          </LinkButton>
        )}
      </div>
    </li>
  )
}
