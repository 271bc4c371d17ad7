import { type PointerEvent, useRef, useState } from 'react'
import type { Domain } from '../../charts/chart-series.ts'
import { plainName } from '../../ui/name.tsx'
import type { Fact } from './facts.ts'
import { scaleOf } from './scale.ts'

type Props = { fact: Fact; range: Domain | undefined; onRange: (range: Domain | undefined) => void }

/** A drag shorter than this share of the axis is a press: it takes the range away. */
const LEAST = 0.02

/** One axis with its ticks; a drag along it keeps the runs in that range. The boxes below do the same by keyboard. */
export function ParallelAxis({ fact, range, onRange }: Props) {
  const scale = scaleOf(fact)
  const line = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<{ start: number; end: number }>()
  const placeOf = ({ clientY }: PointerEvent) => {
    const box = line.current?.getBoundingClientRect()
    return box ? Math.min(1, Math.max(0, (box.bottom - clientY) / box.height)) : 0
  }
  const finish = () => {
    if (!drag) return
    setDrag(undefined)
    const [low, high] = [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)]
    const from = scale.value(low)
    const to = scale.value(high)
    onRange(high - low < LEAST || from === undefined || to === undefined ? undefined : { from, to })
  }
  const shown = drag
    ? { low: Math.min(drag.start, drag.end), high: Math.max(drag.start, drag.end) }
    : range && { low: inside(scale.place(range.from), 0), high: inside(scale.place(range.to), 1) }
  return (
    <div className="relative">
      <p className="truncate px-1 text-center text-xs">
        <bdi title={plainName(fact.label, 80)}>{plainName(fact.label, 40)}</bdi>
        {scale.isLog && <span className="text-muted"> log</span>}
      </p>
      <div
        ref={line}
        className="pointer-events-none absolute inset-x-0 top-10 mx-auto h-60 w-0 border-l border-outline"
      >
        {fact.numeric && (
          <div
            aria-hidden="true"
            className="pointer-events-auto absolute inset-y-0 -left-3 w-6 cursor-ns-resize touch-none"
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId)
              setDrag({ start: placeOf(event), end: placeOf(event) })
            }}
            onPointerMove={(event) => drag && setDrag({ ...drag, end: placeOf(event) })}
            onPointerUp={finish}
            onPointerCancel={() => setDrag(undefined)}
          />
        )}
        {shown && (
          <div
            aria-hidden="true"
            className="absolute -left-1.5 w-3 rounded-sm border border-accent bg-accent/30"
            style={{ bottom: `${100 * shown.low}%`, height: `${100 * Math.max(0, shown.high - shown.low)}%` }}
          />
        )}
        {scale.ticks.map(({ at, label }) => (
          <span
            key={at}
            className="absolute left-2 max-w-24 translate-y-1/2 truncate bg-surface/75 px-0.5 text-xs text-muted"
            style={{ bottom: `${100 * at}%` }}
          >
            <bdi>{plainName(label, 24)}</bdi>
          </span>
        ))}
      </div>
    </div>
  )
}

const inside = (place: number | undefined, otherwise: number) =>
  place === undefined ? otherwise : Math.min(1, Math.max(0, place))
