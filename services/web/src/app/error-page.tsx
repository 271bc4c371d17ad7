import { useRouteError } from 'react-router'
import { Banner } from '../ui/banner.tsx'
import { Button, LinkButton } from '../ui/button.tsx'
import { ErrorCard } from '../ui/error-card.tsx'

/** What a page shows instead of itself when it broke: the rest of the app goes on. */
export function RouteError() {
  const error = useRouteError()
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-4 p-4 md:p-6">
      <h1 className="text-lg font-semibold">This page did not load</h1>
      {isMissingPart(error) ? (
        <div role="alert">
          <Banner tone="warning" title="A part of it could not be fetched">
            The platform was updated since this tab was opened, or is away for a moment. Reload to go on.
          </Banner>
        </div>
      ) : (
        <ErrorCard error={error} />
      )}
      <div className="flex gap-2">
        <Button variant="primary" onClick={() => location.reload()}>
          Reload
        </Button>
        <LinkButton to="/">Overview</LinkButton>
      </div>
    </div>
  )
}

/** Browsers say in their own words that a module is not there; the code of the page itself never says these. */
const isMissingPart = (error: unknown) =>
  error instanceof Error &&
  /dynamically imported module|Importing a module script failed|preload CSS/i.test(error.message)
