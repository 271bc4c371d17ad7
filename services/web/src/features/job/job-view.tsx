import type { Job } from '@trainyard/contracts/training'
import { lazy, Suspense } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useCopyLink } from '../../jobs/use-copy-link.ts'
import { useConnection } from '../../live/use-connection.ts'
import { useJobLive } from '../../live/use-job-live.ts'
import { useTabIcon } from '../../live/use-tab-icon.ts'
import { ErrorCard } from '../../ui/error-card.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { ChartsTab } from './charts-tab.tsx'
import { FailureCard } from './failure-card.tsx'
import { JobHeader } from './job-header.tsx'
import { JobNotice } from './job-notice.tsx'
import { JobNumbers } from './job-numbers.tsx'
import { linkHolds } from './link-holds.ts'
import { LiveRegion } from './live-region.tsx'
import { LogsTab } from './logs-tab.tsx'
import { ScoreBox } from './score-box.tsx'
import { neighbour, TAB_WORDS, TABS, type TabId } from './tabs.ts'
import { TimelineBar } from './timeline-bar.tsx'
import { useChartState } from './use-chart-state.ts'
import { useJobActions } from './use-job-actions.ts'

// Most visits read the charts or the log.
const ArtifactsTab = lazy(async () => ({ default: (await import('./artifacts-tab.tsx')).ArtifactsTab }))
const ConfigTab = lazy(async () => ({ default: (await import('./config-tab.tsx')).ConfigTab }))
const LineageTab = lazy(async () => ({ default: (await import('./lineage-tab.tsx')).LineageTab }))

type Props = { job: Job; tab: TabId; error: unknown; retry: () => unknown }

export function JobView({ job, tab, error, retry }: Props) {
  const { session, history, error: liveError } = useJobLive(job.id)
  const { stale, asOf } = useConnection()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const actions = useJobActions(job)
  const [chartState] = useChartState()
  const copyLink = useCopyLink(linkHolds(tab, chartState))
  useTabIcon(job.state, job.progress?.percent)

  const search = params.size > 0 ? `?${params}` : ''
  const to = (id: TabId) => ({ pathname: `/jobs/${job.id}${id === 'charts' ? '' : `/${id}`}`, search })
  const go = (by: 1 | -1) => navigate(to(neighbour(tab, by)), { preventScrollReset: true })
  useKeys({
    '[': () => void go(-1),
    ']': () => void go(1),
    s: () => actions.can.stop && actions.stop.mutate(),
    r: () => actions.can.resume && actions.resume.mutate(),
    e: () => void navigate(actions.cloneTo)
  })

  return (
    <>
      <JobHeader job={job} actions={actions} />
      <div className="flex flex-col gap-4">
        {error !== null && <ErrorCard error={error} onRetry={() => void retry()} />}
        <JobNotice job={job} newsAt={session.newsAt} actions={actions} />
        {job.state === 'failed' && <FailureCard job={job} actions={actions} />}
        <JobNumbers job={job} stale={stale} asOf={asOf} />
        <ScoreBox job={job} />
        <TimelineBar job={job} stale={stale} />
        <Tabs
          label="Parts of this job"
          current={tab}
          tabs={TABS.map((id) => ({ id, label: TAB_WORDS[id], to: to(id) }))}
        />
        {tab === 'charts' && (
          <ChartsTab job={job} session={session} history={history} error={liveError} copyLink={copyLink} />
        )}
        {tab === 'logs' && <LogsTab job={job} session={session} />}
        <Suspense fallback={<SkeletonRows rows={6} label="Loading" />}>
          {tab === 'config' && <ConfigTab job={job} />}
          {tab === 'artifacts' && <ArtifactsTab job={job} />}
          {tab === 'lineage' && <LineageTab job={job} />}
        </Suspense>
      </div>
      <LiveRegion job={job} />
    </>
  )
}
