import { useQueries } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client } from '../api/client.ts'
import { ErrorCard } from '../ui/error-card.tsx'
import { Name } from '../ui/name.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { StateBadge } from '../ui/state-badge.tsx'

const UNFINISHED = ['running', 'stopping', 'queued'] as const
/** Of each state; the rest is counted. */
const SHOWN = 5

/** The jobs that are not finished and so need the dataset, as links. */
export function JobsInTheWay({ datasetId }: { datasetId: string }) {
  const { jobs, more, error, isPending } = useQueries({
    queries: UNFINISHED.map((state) => ({
      queryKey: ['dataset', datasetId, 'in-the-way', state],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.training.list({ dataset_id: datasetId, state, limit: SHOWN }, { signal }),
      refetchInterval: 3_000
    })),
    combine: (results) => ({
      jobs: results.flatMap(({ data }) => data?.items ?? []),
      more: results.some(({ data }) => data?.next_cursor != null),
      error: results.find((result) => result.isError)?.error,
      isPending: results.some((result) => result.isPending)
    })
  })
  if (isPending) return <SkeletonRows rows={2} label="Loading jobs" />
  return (
    <div className="flex flex-col gap-2 pt-2">
      {error && <ErrorCard error={error} />}
      <p className="text-muted">
        {jobs.length > 0 ? 'Stop these jobs or wait until they have finished:' : 'They have finished by now.'}
      </p>
      <ul className="flex flex-col gap-1">
        {jobs.map((job) => (
          <li key={job.id} className="flex min-w-0 items-center gap-2">
            <StateBadge state={job.state} />
            <Link to={`/jobs/${job.id}`} className="min-w-0 text-accent">
              <Name truncate>{job.name}</Name>
            </Link>
          </li>
        ))}
      </ul>
      {more && (
        <p>
          <Link to="/jobs?state=queued" className="text-accent">
            … and more: all queued jobs
          </Link>
        </p>
      )}
    </div>
  )
}
