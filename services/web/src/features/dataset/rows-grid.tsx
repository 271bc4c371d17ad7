// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and cells are read, not pressed
import { useVirtualizer } from '@tanstack/react-virtual'
import type { ColumnProfile, Preview } from '@trainyard/contracts/dataset'
import { useRef } from 'react'
import { cx } from '../../ui/cx.ts'
import { plainName } from '../../ui/name.tsx'
import { cellOf, isNumeric } from './cells.ts'
import { VirtualTable } from './virtual-table.tsx'

type Props = Preview & {
  typeOf: (column: string) => ColumnProfile['type'] | undefined
  /** A row that somebody was sent to, from 0. */
  marked?: number
}

const ROW = 32
const HEAD = 44
const NUMBER = 56
/** By what a column holds; texts get more room, and all have the rest under the pointer. */
const WIDTH = { text: 260, number: 120, other: 150 }

/** Only the cells in view are in the page, in both directions: a preview may have ten thousand columns. */
export function RowsGrid({ columns, rows, typeOf, marked }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => {
      const type = typeOf(columns[at] ?? '')
      return type === 'text' ? WIDTH.text : isNumeric(type) ? WIDTH.number : WIDTH.other
    },
    paddingStart: NUMBER,
    overscan: 3
  })
  const shown = across.getVirtualItems()
  const width = across.getTotalSize()
  return (
    <VirtualTable
      label="First rows"
      scroller={scroller}
      rows={rows.length}
      columns={columns.length + 1}
      rowHeight={ROW}
      marked={marked}
      size={{ width }}
      head={
        <div role="row" aria-rowindex={1} className="relative text-xs" style={{ height: HEAD }}>
          <span
            role="columnheader"
            className="absolute left-0 px-3 py-3 text-muted"
            style={{ width: NUMBER }}
          >
            Row
          </span>
          {shown.map(({ index, start, size }) => {
            const name = columns[index] ?? ''
            const type = typeOf(name)
            return (
              <span
                key={index}
                role="columnheader"
                aria-colindex={index + 2}
                className={cx('absolute flex flex-col px-3 py-1.5', isNumeric(type) && 'items-end')}
                style={{ left: start, width: size }}
              >
                <bdi className="max-w-full truncate font-semibold" title={plainName(name)}>
                  {plainName(name, 80) || '(no name)'}
                </bdi>
                <span className="text-muted">{type}</span>
              </span>
            )
          })}
        </div>
      }
      row={(row, top) => (
        <div
          role="row"
          aria-rowindex={row + 2}
          aria-current={row === marked || undefined}
          className={cx('absolute top-0 left-0 border-b border-line', row === marked && 'bg-warning-tint')}
          style={{ height: ROW, width, transform: `translateY(${top}px)` }}
        >
          <span
            role="rowheader"
            className="absolute left-0 px-3 py-1.5 text-code text-muted"
            style={{ width: NUMBER }}
          >
            {row + 1}
          </span>
          {shown.map(({ index, start, size }) => (
            <Value
              key={index}
              at={index}
              left={start}
              width={size}
              value={rows[row]?.[index]}
              type={typeOf(columns[index] ?? '')}
            />
          ))}
        </div>
      )}
    />
  )
}

type ValueProps = {
  at: number
  left: number
  width: number
  value: unknown
  type: ColumnProfile['type'] | undefined
}

function Value({ at, left, width, value, type }: ValueProps) {
  const cell = cellOf(value, type)
  const style = { left, width, height: ROW - 1 }
  if (cell.missing) {
    return (
      <span role="cell" aria-colindex={at + 2} className="hatched absolute" style={style}>
        <span className="sr-only">missing</span>
      </span>
    )
  }
  const text = plainName(cell.text)
  return (
    <span
      role="cell"
      aria-colindex={at + 2}
      title={text}
      className={cx('absolute truncate px-3 py-1.5 font-mono text-code', cell.number && 'text-right')}
      style={style}
    >
      <bdi>{text}</bdi>
    </span>
  )
}
