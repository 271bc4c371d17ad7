import { useQuery } from '@tanstack/react-query'
import { architecturesQuery } from '../../api/catalogue.ts'
import { configQuery } from '../../api/config.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { TrainPage } from './train-page.tsx'
import { useOpening } from './use-opening.ts'

/** `/train?dataset=&from=`: what shall I train. */
export function Component() {
  const opening = useOpening()
  const catalogue = useQuery(architecturesQuery())
  const config = useQuery(configQuery())
  if (opening.state === 'failed') {
    return (
      <Frame>
        <ErrorCard
          error={opening.error}
          onRetry={opening.retry}
          actions={
            <LinkButton small to="/train">
              Start with an empty form
            </LinkButton>
          }
        />
      </Frame>
    )
  }
  if (catalogue.isError) {
    return (
      <Frame>
        <ErrorCard error={catalogue.error} onRetry={() => void catalogue.refetch()} />
      </Frame>
    )
  }
  if (opening.state === 'loading' || !catalogue.data) {
    return (
      <Frame>
        <div role="status" aria-label="Loading the form" className="flex flex-col gap-4">
          <Skeleton className="h-44" />
          <Skeleton className="h-72" />
          <Skeleton className="h-44" />
        </div>
      </Frame>
    )
  }
  return (
    <TrainPage
      key={opening.drafts.key}
      opening={opening.opening}
      drafts={opening.drafts}
      architectures={catalogue.data}
      gpu={config.data?.features.includes('gpu') ?? false}
    />
  )
}

const Frame = ({ children }: { children: React.ReactNode }) => (
  <>
    <PageHeader title="New training" />
    {children}
  </>
)
