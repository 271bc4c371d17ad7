import type { Job } from '@trainyard/contracts/training'
import { ChartLine } from 'lucide-react'
import { memo, useMemo } from 'react'
import { Chart } from '../../charts/chart.tsx'
import type { ChartSource, Domain } from '../../charts/chart-series.ts'
import type { JobSession, JobSessionState } from '../../live/job-session.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { ChartControls } from './chart-controls.tsx'
import type { ChartState } from './chart-state.ts'
import { domainOf, type Panel, panelsOf, seriesOf } from './panels.ts'
import { bestOf } from './scores.ts'
import { PanelsSkeleton } from './skeleton.tsx'
import { useChartState } from './use-chart-state.ts'
import { useFineRange } from './use-fine-range.ts'
import { useSeriesKeys } from './use-series-keys.ts'

type Props = { job: Job; session: JobSession; history: JobSessionState['history']; error: unknown }

export function ChartsTab({ job, session, history, error }: Props) {
  const [state, change] = useChartState()
  const keys = useSeriesKeys(session.series)
  useFineRange(session, state)
  useKeys({ l: () => change({ log: !state.log }) })
  const panels = panelsOf(keys, state.pinned)
  const best = bestOf(job.metrics)
  if (panels.length === 0 && history === 'loading') return <PanelsSkeleton />
  return (
    <div className="flex flex-col gap-4">
      {history === 'failed' && <ErrorCard error={error} onRetry={() => void session.readHistory()} />}
      {/* The figures' own headings are one level below. */}
      <h2 className="sr-only">Charts</h2>
      <ChartControls state={state} change={change} />
      {panels.length === 0 && history !== 'failed' && (
        <EmptyState icon={<ChartLine className="size-8" />} title="No curves yet">
          {job.state === 'queued'
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
  state: ChartState
  change: (changes: Partial<ChartState>) => void
}

/** Renders when its settings change; its numbers come by themselves. */
const JobChart = memo(function JobChart(props: ChartProps) {
  const { jobId, session, name, keys, bestKey, direction, state, change } = props
  const source = useMemo((): ChartSource => {
    const panel: Panel = { name, keys: keys.split('\n') }
    const best = bestKey !== undefined && direction ? { key: bestKey, direction } : undefined
    return {
      read: () => seriesOf(session.series, panel, state.x, best),
      subscribe: session.series.subscribe,
      domain: () => domainOf(session.series, state.x)
    }
  }, [session, name, keys, bestKey, direction, state.x])
  const isPinned = state.pinned.includes(name)
  const others = state.pinned.filter((pinned) => pinned !== name)
  return (
    <Chart
      title={name.replaceAll('_', ' ')}
      source={source}
      smooth={state.smooth}
      logScale={state.log}
      xDomain={state.zoom}
      onZoom={(zoom: Domain | undefined) => change({ zoom })}
      cursorSync={jobId}
      xLabel={state.x}
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
