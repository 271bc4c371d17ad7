import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { jobsQuery } from '../../api/jobs.ts'
import { decimal } from '../../format/numbers.ts'
import { ago } from '../../format/times.ts'
import { bestScore } from '../../jobs/score.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { trainLink } from './train-link.ts'

const PAGE = 50

/** The jobs that were trained on this dataset, newest first. */
export function UsedByTab({ datasetId }: { datasetId: string }) {
  const list = useInfiniteQuery(jobsQuery({ dataset_id: datasetId, limit: PAGE }))
  if (list.isPending) return <SkeletonRows rows={4} label="Loading jobs" />
  if (!list.data) return <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
  const jobs = list.data.pages.flatMap(({ items }) => items)
  if (jobs.length === 0) {
    return (
      <Card>
        <EmptyState
          title="No job has used this dataset yet"
          actions={
            <LinkButton variant="primary" to={trainLink(datasetId)}>
              Train a model
            </LinkButton>
          }
        />
      </Card>
    )
  }
  return (
    <div className="flex flex-col gap-3">
      <Card flush>
        <ul aria-label="Jobs" className="divide-y divide-line">
          {jobs.map((job) => {
            const score = bestScore(job)
            return (
              <li key={job.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
                <StateBadge state={job.state} className="w-28" />
                <Link to={`/jobs/${job.id}`} className="min-w-0 flex-1 basis-40 font-semibold text-ink">
                  <Name truncate>{job.name}</Name>
                </Link>
                <span className="text-muted">{job.model.architecture}</span>
                <span>{score && `${score.metric} ${decimal(score.value, 4)}`}</span>
                <time dateTime={job.created_at} className="text-muted">
                  {ago(job.created_at, Date.now())}
                </time>
              </li>
            )
          })}
        </ul>
      </Card>
      {list.hasNextPage && (
        <div className="flex justify-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  )
}
