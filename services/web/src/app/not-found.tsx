import { Compass } from 'lucide-react'
import { LinkButton } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageHeader } from '../ui/page-header.tsx'

export function Component() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        icon={<Compass className="size-8" />}
        title="There is nothing at this address"
        actions={
          <>
            <LinkButton to="/" variant="primary">
              Overview
            </LinkButton>
            <LinkButton to="/jobs">Jobs</LinkButton>
            <LinkButton to="/datasets">Datasets</LinkButton>
          </>
        }
      >
        It may have been deleted, or the link is incomplete.
      </EmptyState>
    </>
  )
}
