import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import { SearchX } from 'lucide-react'
import { type LoaderFunctionArgs, type ShouldRevalidateFunctionArgs, useParams } from 'react-router'
import { jobQuery } from '../../api/jobs.ts'
import { LinkButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { JobView } from './job-view.tsx'
import { readEarly } from './read-early.ts'
import { JobSkeleton } from './skeleton.tsx'
import { readTab } from './tabs.ts'

export function loader({ params }: LoaderFunctionArgs) {
  if (params.id !== undefined) void readEarly(params.id)
  return null
}

/** What a search parameter changes is in the page already. */
export const shouldRevalidate = ({ currentParams, nextParams }: ShouldRevalidateFunctionArgs) =>
  currentParams.id !== nextParams.id

/** One job: how it is going, and what went wrong. */
export function Component() {
  const { id = '', tab } = useParams()
  const job = useQuery(jobQuery(id))
  const missing = job.error instanceof ApiError && job.error.status === 404
  if (missing) return <NoSuchJob />
  if (job.data)
    return <JobView key={id} job={job.data} tab={readTab(tab)} error={job.error} retry={job.refetch} />
  if (job.error) {
    return (
      <>
        <PageHeader title="Job" crumbs={[{ label: 'Jobs', to: '/jobs' }]} />
        <ErrorCard error={job.error} onRetry={() => void job.refetch()} />
      </>
    )
  }
  return <JobSkeleton />
}

function NoSuchJob() {
  return (
    <>
      <PageHeader title="There is no such job" crumbs={[{ label: 'Jobs', to: '/jobs' }]} />
      <EmptyState
        icon={<SearchX className="size-8" />}
        title="Nothing is here under this address"
        actions={
          <LinkButton to="/jobs" variant="primary">
            All jobs
          </LinkButton>
        }
      >
        It may have been deleted, or it belongs to somebody else.
      </EmptyState>
    </>
  )
}
