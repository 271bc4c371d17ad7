// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which table elements do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and cells are read, not pressed
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, Fragment, type ReactNode, type RefObject, useEffect } from 'react'

type Props = {
  label: string
  /** The element that scrolls: the parent has it too, to cut columns by it. */
  scroller: RefObject<HTMLDivElement | null>
  rows: number
  /** Cells of a row, where not all of them are in the page. */
  columns?: number
  rowHeight: number
  /** A row that somebody was sent to: it is brought into view. */
  marked?: number
  /** Of the whole, in either direction wider than the frame. */
  size: Pick<CSSProperties, 'width' | 'minWidth'>
  /** What stands in the first row, which stays in view. */
  head: ReactNode
  /** A row is placed by itself, `start` pixels below the first. */
  row: (index: number, start: number) => ReactNode
}

/** The frame of a table with more rows than a page can hold: only those in view are there. */
export function VirtualTable(props: Props) {
  const { label, scroller, rows, columns, rowHeight, marked, size, head, row } = props
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10
  })
  useEffect(() => {
    if (marked !== undefined) virtual.scrollToIndex(marked, { align: 'center' })
  }, [marked, virtual])
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={label}
      aria-rowcount={rows + 1}
      aria-colcount={columns}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[70vh] overflow-auto rounded-lg border border-line bg-surface"
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface" style={size}>
        {head}
      </div>
      <div role="rowgroup" className="relative" style={{ ...size, height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <Fragment key={index}>{row(index, start)}</Fragment>
        ))}
      </div>
    </div>
  )
}
