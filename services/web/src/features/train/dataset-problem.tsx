import type { UseQueryResult } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import type { Dataset } from '@trainyard/contracts/dataset'
import { Banner } from '../../ui/banner.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { plainName } from '../../ui/name.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

/** Why the chosen dataset cannot be trained on (yet), and what to do. */
export function DatasetProblem({ id, query }: { id: string | null; query: UseQueryResult<Dataset> }) {
  if (id === null) return null
  if (query.isError) {
    const gone = query.error instanceof ApiError && query.error.status === 404
    return (
      <ErrorCard
        error={query.error}
        onRetry={gone ? undefined : () => void query.refetch()}
        actions={
          gone && (
            <LinkButton small to="/datasets/new">
              Upload a file
            </LinkButton>
          )
        }
      />
    )
  }
  if (!query.data) return <Skeleton className="h-24" />
  const { status, error } = query.data
  if (status === 'ready') return null
  if (status === 'invalid') {
    const line = error?.line == null ? '' : `Line ${error.line}`
    const column =
      error?.column == null
        ? ''
        : typeof error.column === 'number'
          ? `column ${error.column}`
          : `column “${plainName(error.column, 80)}”`
    const place = [line, column].filter(Boolean).join(', ')
    return (
      <Banner
        tone="bad"
        title="This dataset could not be read"
        actions={
          <LinkButton small to={`/datasets/${id}`}>
            See what is wrong
          </LinkButton>
        }
      >
        {place && <>{place}: </>}
        {plainName(error?.message ?? 'The file is not a table.', 500)} Mend the file and upload it again, or
        choose another dataset.
      </Banner>
    )
  }
  return (
    <div role="status">
      <Banner title="This dataset is still being read">
        Its columns appear here as soon as they are known. The model and the run can be set meanwhile.
      </Banner>
    </div>
  )
}
