import { useMemo, useState } from 'react'
import { Chart } from '../../charts/chart.tsx'
import type { Domain } from '../../charts/chart-series.ts'
import { plain } from '../../format/numbers.ts'
import { Card } from '../../ui/card.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Slider } from '../../ui/slider.tsx'
import type { Alignment } from './align.ts'
import { linesOf, metricsOf, viewOf } from './lines.ts'
import { withSetting } from './selection.ts'
import type { Run } from './use-runs.ts'

type Props = { runs: readonly Run[]; params: URLSearchParams; onChange: (next: URLSearchParams) => void }

const axes: { value: Alignment; label: string }[] = [
  { value: 'step', label: 'step' },
  { value: 'epoch', label: 'epoch' },
  { value: 'share', label: 'share done' }
]

/** One metric of all runs over each other. What is shown stands in the address. */
export function Overlay({ runs, params, onChange }: Props) {
  const metrics = metricsOf(runs)
  const view = viewOf(params, metrics)
  const { metric, by, smooth, logScale } = view
  const [zoom, setZoom] = useState<Domain>()
  // A new array makes the chart draw anew: only when a curve, a name or the view has changed.
  const drawn = runs.map(({ series, job }) => [series, job?.name, job?.progress?.steps])
  const series = useMemo(() => linesOf(runs, view), [metric, by, ...drawn.flat()])
  const set = (key: string, value: string | undefined) => {
    if (key === 'x') setZoom(undefined)
    onChange(withSetting(params, key, value))
  }
  return (
    <Card title="Over each other">
      <div className="mb-3 grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-4">
        <Field label="Metric">
          {(wiring) => (
            <Select
              {...wiring}
              value={metric ?? ''}
              disabled={metric === undefined}
              options={metrics.map((key) => ({ value: key, label: key }))}
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
        <Field label={`Smoothing ${plain(smooth)}`}>
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
          log scale
        </Checkbox>
      </div>
      <Chart
        title={metric ?? 'metric'}
        series={series}
        smooth={smooth}
        logScale={logScale}
        xDomain={zoom}
        onZoom={setZoom}
        xLabel={by === 'share' ? 'share done' : by}
        formatX={by === 'share' ? (value) => `${plain(value)} %` : plain}
        fileName="compare"
        className="h-80"
      />
    </Card>
  )
}
