import { Link, X } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { decimal, integer } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { NumberInput } from '../../ui/number-input.tsx'
import { Select } from '../../ui/select.tsx'
import { Slider } from '../../ui/slider.tsx'
import type { ChartState, XAxis } from './chart-state.ts'

type Props = {
  state: ChartState
  change: (changes: Partial<ChartState>) => void
  copyLink: () => void
}

const AXES: readonly { value: XAxis; label: string }[] = [
  { value: 'step', label: 'Step' },
  { value: 'epoch', label: 'Epoch' },
  { value: 'time', label: 'Time' }
]

/** Smoothing, scale, axis and range of all charts; the address holds every one of them. */
export function ChartControls({ state, change, copyLink }: Props) {
  const smooth = useId()
  const axis = useId()
  return (
    <section aria-label="How the charts look" className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <div className="w-44">
        <label htmlFor={smooth} className="flex justify-between text-xs text-muted">
          Smoothing <span>{state.smooth === 0 ? 'off' : decimal(state.smooth, 2)}</span>
        </label>
        <Slider
          id={smooth}
          min={0}
          max={0.99}
          step={0.01}
          value={state.smooth}
          valueText={state.smooth === 0 ? 'off' : decimal(state.smooth, 2)}
          onChange={(value) => change({ smooth: value })}
        />
      </div>
      <label className="flex min-h-control items-center gap-2">
        <input
          type="checkbox"
          checked={state.log}
          onChange={(event) => change({ log: event.target.checked })}
          className="size-4 accent-accent"
        />
        Log scale
      </label>
      <div className="w-28">
        <label htmlFor={axis} className="block text-xs text-muted">
          Across
        </label>
        <Select id={axis} value={state.x} options={AXES} onChange={(x) => change({ x })} />
      </div>
      <ZoomBoxes key={`${state.zoom?.from}~${state.zoom?.to}`} state={state} change={change} />
      {state.mark !== undefined && (
        <Button
          icon={<X aria-hidden="true" className="size-4" />}
          aria-label={`Step ${integer(state.mark)} marked: remove the mark`}
          onClick={() => change({ mark: undefined })}
        >
          Step {integer(state.mark)} marked
        </Button>
      )}
      <Button icon={<Link aria-hidden="true" className="size-4" />} title="y" onClick={copyLink}>
        Copy link
      </Button>
    </section>
  )
}

/** The same as dragging over a chart, for those who do not drag. */
function ZoomBoxes({ state: { zoom, x }, change }: Omit<Props, 'copyLink'>) {
  const unit = x === 'time' ? 'second' : x
  const [from, setFrom] = useState<number | null>(zoom ? round(zoom.from) : null)
  const [to, setTo] = useState<number | null>(zoom ? round(zoom.to) : null)
  const isRange = from !== null && to !== null && from < to
  const isNew = isRange && (zoom === undefined || from !== round(zoom.from) || to !== round(zoom.to))
  useEffect(() => {
    if (!isNew) return
    const timer = setTimeout(() => change({ zoom: { from, to } }), 600)
    return () => clearTimeout(timer)
  }, [isNew, from, to, change])
  return (
    <fieldset className="flex items-end gap-2">
      <legend className="text-xs text-muted">Range of {unit}s</legend>
      <div className="w-28">
        <NumberInput label={`From ${unit}`} placeholder="first" min={0} value={from} onChange={setFrom} />
      </div>
      <div className="w-28">
        <NumberInput label={`To ${unit}`} placeholder="last" min={0} value={to} onChange={setTo} />
      </div>
      {zoom && (
        <Button variant="quiet" onClick={() => change({ zoom: undefined })}>
          Show all
        </Button>
      )}
    </fieldset>
  )
}

const round = (value: number) => Number(value.toPrecision(6))
