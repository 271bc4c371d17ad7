// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and cells are read, not pressed
import { ArrowDown, ArrowUp, Target } from 'lucide-react'
import { useRef } from 'react'
import { integer, share } from '../../format/numbers.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { cx } from '../../ui/cx.ts'
import { Name, plainName } from '../../ui/name.tsx'
import type { ColumnProps } from './column-card.tsx'
import { nextSort, type Sort, type SortKey } from './column-view.ts'
import { VirtualTable } from './virtual-table.tsx'

const ROW = 40
const GRID =
  'grid grid-cols-[2.5rem_minmax(10rem,1fr)_6rem_8rem_7rem_minmax(8rem,14rem)_5rem] items-center gap-x-3 px-3'
const HEADINGS: readonly { key: SortKey; label: string; right?: boolean }[] = [
  { key: 'name', label: 'Name' },
  { key: 'type', label: 'Type' },
  { key: 'missing', label: 'Missing', right: true },
  { key: 'distinct', label: 'Distinct', right: true }
]
type Props = { rows: ColumnProps[]; sort: Sort; onSort: (sort: Sort) => void }

/** Thousands of columns: only those in view are in the page. */
export function ColumnsTable({ rows, sort, onSort }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  return (
    <VirtualTable
      label="Columns"
      scroller={scroller}
      rows={rows.length}
      rowHeight={ROW}
      size={{ minWidth: '54rem' }}
      head={
        <div role="row" aria-rowindex={1} className={cx(GRID, 'h-10 text-xs font-semibold text-muted')}>
          <span role="columnheader">Use</span>
          {HEADINGS.map(({ key, label, right }) => (
            <Heading
              key={key}
              {...{ label, right }}
              on={sort.key === key}
              sort={sort}
              onSort={() => onSort(nextSort(sort, key))}
            />
          ))}
          <span role="columnheader">Range</span>
          <span role="columnheader">Target</span>
        </div>
      }
      row={(index, start) => {
        const row = rows[index]
        return row && <Row index={index} start={start} {...row} />
      }}
    />
  )
}

type HeadingProps = { label: string; right?: boolean; on: boolean; sort: Sort; onSort: () => void }

function Heading({ label, right, on, sort, onSort }: HeadingProps) {
  const Arrow = sort.descending ? ArrowDown : ArrowUp
  return (
    <span
      role="columnheader"
      aria-sort={on ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className={right ? 'text-right' : undefined}
    >
      <button
        type="button"
        onClick={onSort}
        className="inline-flex min-h-6 items-center gap-1 rounded-sm hover:text-ink"
      >
        {label}
        {on && <Arrow aria-hidden="true" className="size-3.5" />}
      </button>
    </span>
  )
}

function Row({
  summary,
  left,
  onToggle,
  targetLink,
  index,
  start
}: ColumnProps & { index: number; start: number }) {
  const { name, type, missing, missingShare, distinct, exact, range } = summary
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={cx(GRID, 'absolute inset-x-0 border-b border-line', left && 'bg-sunken')}
      style={{ height: ROW, transform: `translateY(${start}px)` }}
    >
      <span role="cell">
        <Checkbox
          checked={!left}
          onChange={onToggle}
          aria-label={`Use ${plainName(name, 60)} in a training`}
        />
      </span>
      <span role="cell" className="min-w-0 font-semibold">
        <Name truncate>{name === '' ? '(no name)' : name}</Name>
      </span>
      <span role="cell" className="text-muted">
        {type}
      </span>
      <span role="cell" className={cx('text-right', missing > 0 && 'text-warning')}>
        {missing > 0 ? `${share(missingShare)} (${integer(missing)})` : '0'}
      </span>
      <span role="cell" className="text-right">
        {`${exact ? '' : '~'}${integer(distinct)}`}
      </span>
      <span role="cell" className="truncate text-muted" title={range && plainName(range)}>
        {range && plainName(range, 80)}
      </span>
      <span role="cell">
        {type !== 'empty' && (
          <LinkButton
            small
            variant="quiet"
            to={targetLink}
            aria-label={`Use as target: ${plainName(name, 60)}`}
          >
            <Target aria-hidden="true" className="size-3.5" />
          </LinkButton>
        )}
      </span>
    </div>
  )
}
