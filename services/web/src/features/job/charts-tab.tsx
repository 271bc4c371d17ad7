import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import { ChartLine } from 'lucide-react'
import { memo, useCallback, useMemo } from 'react'
import { Chart } from '../../charts/chart.tsx'
import type { ChartSource, Domain } from '../../charts/chart-series.ts'
import { TIME_INCREMENTS } from '../../charts/time-axis.ts'
import { metricName } from '../../format/metric-name.ts'
import { plain } from '../../format/numbers.ts'
import { elapsed } from '../../format/times.ts'
import { firstSteps } from '../../jobs/elapsed.ts'
import type { JobSession, JobSessionState } from '../../live/job-session.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { type Axis, axisOf } from './axis.ts'
import { ChartControls } from './chart-controls.tsx'
import type { ChartState } from './chart-state.ts'
import { type Panel, panelsOf, seriesOf } from './panels.ts'
import { bestOf } from './scores.ts'
import { PanelsSkeleton } from './skeleton.tsx'
import { TimesNotice } from './times-notice.tsx'
import { useChartState } from './use-chart-state.ts'
import { useFineRange } from './use-fine-range.ts'
import { useSeriesKeys } from './use-series-keys.ts'

type Props = {
  job: Job
  session: JobSession
  history: JobSessionState['history']
  error: unknown
  copyLink: () => void
}

const TIME = { increments: TIME_INCREMENTS, formatX: elapsed }

export function ChartsTab({ job, session, history, error, copyLink }: Props) {
  const [state, change] = useChartState()
  const starts = JSON.stringify([...firstSteps(job.timeline)])
  const axis = useMemo(
    () => axisOf(session.series, state.x, new Map(JSON.parse(starts))),
    [session, state.x, starts]
  )
  const keys = useSeriesKeys(session.series)
  useFineRange(session, axis, state)
  useKeys({ l: () => change({ log: !state.log }) })
  const panels = panelsOf(keys, state.pinned)
  const best = bestOf(job.metrics)
  if (panels.length === 0 && history === 'loading') return <PanelsSkeleton />
  return (
    <div className="flex flex-col gap-4">
      {history === 'failed' && <ErrorCard error={error} onRetry={() => void session.readHistory()} />}
      {/* The figures' own headings are one level below. */}
      <h2 className="sr-only">Charts</h2>
      <ChartControls state={state} change={change} copyLink={copyLink} />
      {state.x === 'time' && <TimesNotice session={session} change={change} />}
      {panels.length === 0 && history !== 'failed' && (
        <EmptyState
          icon={<ChartLine className="size-8" />}
          title={isTerminal(job.state) ? 'No curves' : 'No curves yet'}
        >
          {isTerminal(job.state)
            ? 'This job ended before its first step.'
            : job.state === 'queued'
              ? 'They begin with the first step, once a worker is free.'
              : 'They begin with the first step of the training.'}
        </EmptyState>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        {panels.map((panel) => (
          <JobChart
            key={panel.name}
            jobId={job.id}
            session={session}
            name={panel.name}
            keys={panel.keys.join('\n')}
            bestKey={best?.key}
            direction={best?.direction}
            axis={axis}
            state={state}
            change={change}
          />
        ))}
      </div>
    </div>
  )
}

type ChartProps = {
  jobId: string
  session: JobSession
  name: string
  keys: string
  bestKey: string | undefined
  direction: 'min' | 'max' | undefined
  axis: Axis
  state: ChartState
  change: (changes: Partial<ChartState>) => void
}

/** Renders when its settings change; its numbers come by themselves. */
const JobChart = memo(function JobChart(props: ChartProps) {
  const { jobId, session, name, keys, bestKey, direction, axis, state, change } = props
  const { hidden, mark } = state
  const source = useMemo((): ChartSource => {
    const panel: Panel = { name, keys: keys.split('\n') }
    const best = bestKey !== undefined && direction ? { key: bestKey, direction } : undefined
    return {
      read: () => seriesOf(session.series, panel, axis, best),
      subscribe: session.series.subscribe,
      domain: axis.domain
    }
  }, [session, name, keys, bestKey, direction, axis])
  const marked = useCallback(() => {
    const x = mark === undefined ? undefined : axis.xOf(mark)
    return x === undefined || mark === undefined ? undefined : { x, label: `step ${plain(mark)}` }
  }, [axis, mark])
  const markAt = (x: number) => {
    const step = axis.stepOf(x)
    change({ mark: step === mark ? undefined : step })
  }
  const isPinned = state.pinned.includes(name)
  const others = state.pinned.filter((pinned) => pinned !== name)
  return (
    <Chart
      title={metricName(name)}
      source={source}
      smooth={state.smooth}
      logScale={state.log}
      xDomain={state.zoom}
      onZoom={(zoom: Domain | undefined) => change({ zoom })}
      cursorSync={jobId}
      hidden={hidden}
      onToggleLine={(key) =>
        change({ hidden: hidden.includes(key) ? hidden.filter((one) => one !== key) : [...hidden, key] })
      }
      mark={marked}
      onMark={markAt}
      xLabel={state.x === 'time' ? 'seconds' : state.x}
      {...(state.x === 'time' && TIME)}
      digits={name === 'loss' ? 6 : 4}
      fileName={`${jobId}-${name}`}
      menu={
        <>
          <MenuItem onSelect={() => change({ pinned: isPinned ? others : [...state.pinned, name] })}>
            {isPinned ? 'Unpin' : 'Pin'}
          </MenuItem>
          <MenuItem onSelect={() => change({ pinned: [name, ...others] })}>Move to the front</MenuItem>
        </>
      }
    />
  )
})
