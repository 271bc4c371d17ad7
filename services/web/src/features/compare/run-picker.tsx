import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { jobsQuery } from '../../api/jobs.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { MOST_RUNS, parseSelection, withRun } from './selection.ts'

type Props = { params: URLSearchParams; onChange: (next: URLSearchParams) => void }

/** The newest runs that are not compared yet, each one press away. */
export function RunPicker({ params, onChange }: Props) {
  const { ids } = parseSelection(params)
  const { data, error, isPending, refetch } = useInfiniteQuery(jobsQuery({ limit: 40 }))
  const others = (data?.pages[0]?.items ?? []).filter(({ id }) => !ids.includes(id)).slice(0, 12)
  const full = ids.length >= MOST_RUNS
  return (
    <Card title={ids.length === 0 ? 'Pick the runs to compare' : 'Add a run'}>
      {isPending && <SkeletonRows rows={3} />}
      {error && <ErrorCard error={error} onRetry={() => void refetch()} />}
      {data && others.length === 0 && (
        <EmptyState
          title={ids.length === 0 ? 'There is nothing to compare yet' : 'There are no other runs'}
          actions={
            <LinkButton to="/train" variant="primary">
              Train a model
            </LinkButton>
          }
        >
          Train the same data with other settings, and see here which ones help.
        </EmptyState>
      )}
      {full && <p className="text-muted">{MOST_RUNS} runs are the most. Remove one to add another.</p>}
      {!full && others.length > 0 && (
        <ul className="grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
          {others.map(({ id, name, state }) => (
            <li
              key={id}
              className="flex min-w-0 items-center gap-2 rounded-md border border-line px-2 py-1.5"
            >
              <Button
                small
                icon={<Plus aria-hidden="true" className="size-3.5" />}
                aria-label={`Add ${plainName(name)}`}
                onClick={() => onChange(withRun(params, id))}
              >
                Add
              </Button>
              <Name truncate className="min-w-0 flex-1">
                {name}
              </Name>
              <StateBadge state={state} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
