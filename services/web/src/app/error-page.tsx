import { useRouteError } from 'react-router'
import { Button, LinkButton } from '../ui/button.tsx'
import { ErrorCard } from '../ui/error-card.tsx'

/** What a page shows instead of itself when it broke: the rest of the app goes on. */
export function RouteError() {
  const error = useRouteError()
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-4 p-4 md:p-6">
      <h1 className="text-lg font-semibold">This page did not load</h1>
      <ErrorCard error={error} />
      <div className="flex gap-2">
        <Button variant="primary" onClick={() => location.reload()}>
          Reload
        </Button>
        <LinkButton to="/">Overview</LinkButton>
      </div>
    </div>
  )
}
