import { useWindowVirtualizer } from '@tanstack/react-virtual'
import type { Job } from '@trainyard/contracts/training'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Checkbox } from '../../ui/checkbox.tsx'
import { cx } from '../../ui/cx.ts'
import { JobRow, ROW_GRID } from './job-row.tsx'
import type { Selection } from './selection.ts'

type Props = {
  jobs: readonly Job[]
  selection: Selection
  onTick: (id: string, range: boolean) => void
  onTickAll: () => void
  onFocus: (id: string) => void
  /** The last rows are in view. */
  onEnd: () => void
  /** Set to what scrolls a row into view and focuses it. */
  focusRow: RefObject<((id: string) => void) | undefined>
}

const ROW = 64
const NEAR_END = 10

/** The rows in view and a few around them; the page itself scrolls. */
export function JobList({ jobs, selection, onTick, onTickAll, onFocus, onEnd, focusRow }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const top = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY
    setMargin((known) => (Math.abs(known - top) > 1 ? top : known))
  })
  const virtual = useWindowVirtualizer({
    count: jobs.length,
    estimateSize: () => ROW,
    getItemKey: (at) => jobs[at]?.id ?? at,
    overscan: 8,
    scrollMargin: margin
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? -1
  useEffect(() => {
    if (last >= jobs.length - NEAR_END) onEnd()
  }, [last, jobs.length, onEnd])

  /** The row that waits for being drawn before it can have focus. */
  const wanted = useRef<string>(undefined)
  useEffect(() => {
    focusRow.current = (id) => {
      const at = jobs.findIndex((job) => job.id === id)
      if (at < 0) return
      wanted.current = id
      virtual.scrollToIndex(at, { align: 'auto' })
      focusDrawn(list.current, wanted)
    }
  })
  useEffect(() => focusDrawn(list.current, wanted))

  const all = jobs.length > 0 && jobs.every(({ id }) => selection.ticked.has(id))
  return (
    <div className="rounded-lg border border-line bg-surface shadow-card">
      <div
        className={cx(
          'flex items-center gap-3 border-b border-line px-4 py-1.5 text-xs text-muted',
          ROW_GRID
        )}
      >
        <Checkbox
          checked={all}
          indeterminate={!all && selection.ticked.size > 0}
          onChange={onTickAll}
          aria-label="Select every loaded job"
        />
        <span className="md:hidden">Select all</span>
        <span className="max-md:hidden">State</span>
        <span className="max-md:hidden">Name</span>
        <span className="max-md:hidden">Model</span>
        <span className="max-md:hidden">Best score</span>
        <span className="max-md:hidden">Progress</span>
        <span className="text-right max-md:hidden">Created</span>
      </div>
      <ul ref={list} aria-label="Jobs" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, key, start }) => {
          const job = jobs[index]
          return (
            job && (
              <li
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                aria-setsize={jobs.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start - margin}px)` }}
              >
                <JobRow job={job} ticked={selection.ticked.has(job.id)} onTick={onTick} onFocus={onFocus} />
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

function focusDrawn(list: HTMLElement | null, wanted: RefObject<string | undefined>) {
  if (wanted.current === undefined) return
  const link = list?.querySelector<HTMLElement>(`[data-job="${wanted.current}"]`)
  if (!link) return
  wanted.current = undefined
  link.focus({ preventScroll: true })
}
