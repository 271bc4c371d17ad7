import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { integer } from '../../format/numbers.ts'
import { clock } from '../../format/times.ts'
import type { LogLine } from '../../live/log-store.ts'
import { Button } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { plainName } from '../../ui/name.tsx'
import { runsOf } from './ansi.ts'
import { levelOf } from './log-filter.ts'

const ROW = 20
/** Nearer to the end than this is at the end. */
const AT_END = 24

type Props = {
  lines: readonly LogLine[]
  follow: boolean
  onFollow: (follow: boolean) => void
  wrap: boolean
  /** Times count from here; undefined: time of day. */
  relativeTo: number | undefined
}

/** Lines that are on screen, of many. Scrolling up lets go of the end; reaching it follows again. */
export function LogLines({ lines, follow, onFollow, wrap, relativeTo }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => lines[index]?.n ?? index,
    overscan: 20
  })
  const last = lines.at(-1)?.n ?? 0
  const [left, setLeft] = useState(last)
  const fresh = follow ? 0 : lines.length - lines.findLastIndex(({ n }) => n <= left) - 1

  useEffect(() => {
    if (follow && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [follow, lines, rows])

  function onScroll() {
    const element = scroller.current
    if (!element) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END
    if (isAtEnd && !follow) onFollow(true)
  }
  /** Only a person scrolls up: a line that grows while it is measured must not. */
  function letGo() {
    if (!follow) return
    setLeft(last)
    onFollow(false)
  }

  return (
    <div className="relative">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onWheel={(event) => event.deltaY < 0 && letGo()}
        onTouchMove={letGo}
        onKeyDown={(event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && letGo()}
        className="h-[60vh] min-h-72 overflow-auto rounded-lg border border-line bg-surface font-mono text-code"
      >
        <div className="relative w-full" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const line = lines[row.index]
            return (
              line && (
                <div
                  key={row.key}
                  ref={rows.measureElement}
                  data-index={row.index}
                  className="absolute top-0 left-0 w-full"
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <Line line={line} wrap={wrap} relativeTo={relativeTo} />
                </div>
              )
            )
          })}
        </div>
      </div>
      {fresh > 0 && (
        <div className="absolute inset-x-0 bottom-3 flex justify-center">
          <Button
            small
            variant="primary"
            icon={<ArrowDown aria-hidden="true" className="size-3.5" />}
            onClick={() => onFollow(true)}
          >
            {integer(fresh)} new
          </Button>
        </div>
      )}
    </div>
  )
}

const LEVEL = {
  error: 'border-failed text-failed',
  warning: 'border-warning text-warning',
  info: 'border-transparent'
}

function Line({ line, wrap, relativeTo }: { line: LogLine; wrap: boolean; relativeTo: number | undefined }) {
  const time = relativeTo === undefined ? clock(line.at) : since(Date.parse(line.at) - relativeTo)
  return (
    <div className={cx('flex gap-3 border-l-2 pr-3 pl-2', LEVEL[levelOf(line)])}>
      <span className="shrink-0 text-muted select-none">{time}</span>
      {line.stream === 'platform' && <span className="shrink-0 text-accent select-none">platform</span>}
      <span className={cx('min-w-0', wrap ? 'break-words whitespace-pre-wrap' : 'whitespace-pre')}>
        {runsOf(line.line).map(({ text, className }, i) => (
          <span key={i} className={className}>
            {plainName(text.replaceAll('\t', '    '), 16_000)}
          </span>
        ))}
      </span>
    </div>
  )
}

/** `+12.345`: seconds since the start. */
const since = (ms: number) => `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1_000).toFixed(3)}`
