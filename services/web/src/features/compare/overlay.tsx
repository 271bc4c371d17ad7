import { useMemo } from 'react'
import { Chart } from '../../charts/chart.tsx'
import { TIME_INCREMENTS } from '../../charts/time-axis.ts'
import { curveName } from '../../format/metric-name.ts'
import { plain } from '../../format/numbers.ts'
import { elapsed } from '../../format/times.ts'
import { Banner } from '../../ui/banner.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Slider } from '../../ui/slider.tsx'
import type { Alignment } from './align.ts'
import { rangeText, readView, withHidden } from './compare-view.ts'
import { linesOf, metricsOf, viewOf, withoutTimes } from './lines.ts'
import { withSetting } from './selection.ts'
import type { Lift } from './use-lift.ts'
import type { Run } from './use-runs.ts'

type Props = {
  runs: readonly Run[]
  params: URLSearchParams
  onChange: (next: URLSearchParams) => void
  lift: Lift
}

const axes: { value: Alignment; label: string }[] = [
  { value: 'step', label: 'Step' },
  { value: 'epoch', label: 'Epoch' },
  { value: 'time', label: 'Training time' },
  { value: 'share', label: 'Share done' }
]

const X_WORDS: Record<Alignment, string> = {
  step: 'step',
  epoch: 'epoch',
  time: 'seconds',
  share: 'share done'
}

/** One metric of all runs over each other. What is shown stands in the address. */
export function Overlay({ runs, params, onChange, lift }: Props) {
  const metrics = metricsOf(runs)
  const view = viewOf(params, metrics)
  const { metric, by, smooth, logScale } = view
  const { zoom, hidden } = readView(params)
  const timeless = by === 'time' ? withoutTimes(runs) : []
  // A new array makes the chart draw anew: only when a curve, a name or the view has changed.
  const drawn = runs.map(({ series, job }) => [series, job?.name, job?.progress?.steps])
  const series = useMemo(() => linesOf(runs, view), [metric, by, ...drawn.flat()])
  const set = (key: string, value: string | undefined) => {
    // A range of steps is no range of epochs.
    const from = key === 'x' ? withSetting(params, 'zoom', undefined) : params
    onChange(withSetting(from, key, value))
  }
  return (
    <>
      <div className="mb-3 grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field label="Metric">
          {(wiring) => (
            <Select
              {...wiring}
              value={metric ?? ''}
              disabled={metric === undefined}
              options={metrics.map((key) => ({ value: key, label: curveName(key) }))}
              onChange={(value) => set('metric', value)}
            />
          )}
        </Field>
        <Field label="Align by">
          {(wiring) => (
            <Select
              {...wiring}
              value={by}
              options={axes}
              onChange={(value) => set('x', value === 'step' ? undefined : value)}
            />
          )}
        </Field>
        <Field label={`Smoothing ${smooth === 0 ? 'off' : plain(smooth)}`}>
          {(wiring) => (
            <Slider
              {...wiring}
              min={0}
              max={0.99}
              step={0.01}
              value={smooth}
              onChange={(value) => set('smooth', value === 0 ? undefined : String(value))}
            />
          )}
        </Field>
        <Checkbox checked={logScale} onChange={(checked) => set('log', checked ? '1' : undefined)}>
          Log scale
        </Checkbox>
      </div>
      {timeless.length > 0 && (
        <Banner tone="warning" className="mb-3" title={`Not all of ${timeless.join(', ')} is shown`}>
          A part was recorded before times were kept. Align by step or epoch to see it.
        </Banner>
      )}
      <Chart
        title={metric ? curveName(metric) : 'Metric'}
        series={series}
        smooth={smooth}
        logScale={logScale}
        xDomain={zoom}
        onZoom={(range) => set('zoom', range && rangeText(range))}
        hidden={hidden}
        onToggleLine={(id) => onChange(withHidden(params, id))}
        lifted={lift.id}
        onLift={lift.point}
        xLabel={X_WORDS[by]}
        formatX={by === 'share' ? (value) => `${plain(value)} %` : by === 'time' ? elapsed : plain}
        increments={by === 'time' ? TIME_INCREMENTS : undefined}
        fileName="compare"
        className="h-80"
      />
    </>
  )
}
