import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { jobsQuery } from '../../api/jobs.ts'
import { decimal } from '../../format/numbers.ts'
import { ago } from '../../format/times.ts'
import { bestScore } from '../../jobs/score.ts'
import { useServerNow } from '../../live/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** The jobs that were cloned from this one, the newest first. */
export function ClonesCard({ id }: { id: string }) {
  const clones = useInfiniteQuery(jobsQuery({ cloned_from: id, limit: 20 }))
  const now = useServerNow(undefined)
  const found = clones.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Card title="Cloned from this job" flush={found.length > 0}>
      {clones.isPending && <SkeletonRows rows={2} label="Looking for clones" />}
      {clones.error && <ErrorCard error={clones.error} onRetry={() => void clones.refetch()} />}
      {clones.data && found.length === 0 && (
        <p className="text-muted">None yet. Clone opens the form filled in with these settings.</p>
      )}
      <ul className="divide-y divide-line">
        {found.map((job) => {
          const best = bestScore(job)
          return (
            <li key={job.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
              <Link to={`/jobs/${job.id}`} className="min-w-0 flex-1 basis-40 text-accent">
                <Name truncate>{job.name}</Name>
              </Link>
              <StateBadge state={job.state} />
              <span className="text-xs text-muted">
                {best ? `best ${best.metric.replaceAll('_', ' ')} ${decimal(best.value, 4)} · ` : ''}
                {ago(job.created_at, now)}
              </span>
            </li>
          )
        })}
      </ul>
      {clones.hasNextPage && (
        <div className="p-3">
          <Button small busy={clones.isFetchingNextPage} onClick={() => void clones.fetchNextPage()}>
            More
          </Button>
        </div>
      )}
    </Card>
  )
}
