import { useInfiniteQuery } from '@tanstack/react-query'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import { Play, Upload } from 'lucide-react'
import { Link } from 'react-router'
import { datasetsQuery } from '../../api/datasets.ts'
import { jobsQuery } from '../../api/jobs.ts'
import { clock } from '../../format/times.ts'
import { useConnection } from '../../live/use-connection.ts'
import { usePrefs } from '../../prefs/use-prefs.ts'
import { Banner } from '../../ui/banner.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { ActiveJob } from './active-job.tsx'
import { FirstRun } from './first-run.tsx'
import { DatasetLine, JobLine } from './lines.tsx'
import { useActiveJobs } from './use-active-jobs.ts'

const SHOWN = 20
const MOST_ACTIVE = 10

/** What is happening now, and what happened last. */
export function Component() {
  const jobs = useInfiniteQuery(jobsQuery({ limit: SHOWN }))
  const datasets = useInfiniteQuery(datasetsQuery({ limit: 8 }))
  const jobList = jobs.data?.pages.flatMap(({ items }) => items)
  const datasetList = datasets.data?.pages[0]?.items
  const isNew = jobList?.length === 0 && datasetList?.length === 0
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          !isNew && (
            <>
              <LinkButton to="/datasets/new" icon={<Upload aria-hidden="true" className="size-4" />}>
                Upload
              </LinkButton>
              <LinkButton to="/train" variant="primary" icon={<Play aria-hidden="true" className="size-4" />}>
                New training
              </LinkButton>
            </>
          )
        }
      />
      <Stale />
      {isNew ? (
        <FirstRun />
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            {jobs.error && <ErrorCard error={jobs.error} onRetry={() => jobs.refetch()} />}
            {jobs.isPending && <SkeletonRows label="Loading jobs" />}
            {jobList && <Jobs newest={jobList} />}
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            {datasets.error && <ErrorCard error={datasets.error} onRetry={() => datasets.refetch()} />}
            {datasets.isPending && <SkeletonRows label="Loading datasets" rows={3} />}
            {datasetList && (
              <Card title="Datasets" flush actions={<All to="/datasets" what="datasets" />}>
                {datasetList.length === 0 ? (
                  <p className="p-4 text-muted">
                    None yet.{' '}
                    <Link to="/datasets/new" className="text-accent underline underline-offset-2">
                      Upload one
                    </Link>
                    .
                  </p>
                ) : (
                  <ul className="divide-y divide-line">
                    {datasetList.map((dataset) => (
                      <DatasetLine key={dataset.id} dataset={dataset} />
                    ))}
                  </ul>
                )}
              </Card>
            )}
          </div>
        </div>
      )}
    </>
  )
}

function Jobs({ newest }: { newest: Job[] }) {
  const { active, isMore } = useActiveJobs(newest)
  const ended = newest.filter(({ state }) => isTerminal(state)).slice(0, 8)
  return (
    <>
      <Card
        title={active.length === 0 ? 'Now' : `Now (${active.length}${isMore ? '+' : ''})`}
        flush
        actions={active.length > MOST_ACTIVE && <All to="/jobs?state=running" what="running jobs" />}
      >
        {active.length === 0 ? (
          <p className="p-4 text-muted">
            Nothing is training.{' '}
            <Link to="/train" className="text-accent underline underline-offset-2">
              Start something
            </Link>
            .
          </p>
        ) : (
          <ul className="divide-y divide-line">
            {active.slice(0, MOST_ACTIVE).map((job) => (
              <ActiveJob key={job.id} job={job} />
            ))}
          </ul>
        )}
      </Card>
      {ended.length > 0 && (
        <Card title="Finished last" flush actions={<All to="/jobs" what="jobs" />}>
          <ul className="divide-y divide-line">
            {ended.map((job) => (
              <JobLine key={job.id} job={job} />
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}

const All = ({ to, what }: { to: string; what: string }) => (
  <Link to={to} className="text-xs text-accent" aria-label={`All ${what}`}>
    All
  </Link>
)

/** While nothing is heard of the server, the numbers below are from before. */
function Stale() {
  const { stale, asOf } = useConnection()
  const [{ time }] = usePrefs()
  if (!stale) return null
  const since = asOf === undefined ? '' : ` They are as of ${clock(asOf, { utc: time === 'utc' })}.`
  return (
    <Banner tone="warning" title="These numbers may be old" className="mb-4">
      The connection to the server is lost and comes back by itself.{since}
    </Banner>
  )
}
