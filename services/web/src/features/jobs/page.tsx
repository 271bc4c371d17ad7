import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowUp, ListChecks, Play } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { jobsQuery } from '../../api/jobs.ts'
import { clock } from '../../format/times.ts'
import { useConnection } from '../../live/use-connection.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { useUrlFilter } from '../../ui/use-url-filter.ts'
import { BulkBar } from './bulk-bar.tsx'
import { canCompare, compareLink } from './compare-link.ts'
import { FilterBar } from './filter-bar.tsx'
import { filtersFrom, isFiltered, queryOf, withFilters } from './filters.ts'
import { JobList } from './job-list.tsx'
import { kept, moved, NOTHING, tickedTo, toggled, toggledAll } from './selection.ts'
import { useNewRows } from './use-new-rows.ts'

const PAGE = 50
/** Scores come with no event of the feed; while something runs the list is read again this often. */
const SCORES_MS = 15_000

export function Component() {
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const { typed, setTyped } = useUrlFilter('q')
  const filters = filtersFrom(params)
  const query = queryOf(filters)
  const list = useInfiniteQuery({
    ...jobsQuery({ ...query, limit: PAGE }),
    placeholderData: (before) => before,
    refetchOnMount: 'always',
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((job) => job.state === 'running')) ? SCORES_MS : false
  })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  const settled = list.isFetchedAfterMount && !list.isPlaceholderData
  const { visible, waiting, letIn } = useNewRows(rows, JSON.stringify(query), settled)

  const [chosen, setChosen] = useState(NOTHING)
  const ids = visible.map(({ id }) => id)
  const selection = kept(chosen, new Set(ids))
  const selected = visible.filter(({ id }) => selection.ticked.has(id))
  const focusRow = useRef<(id: string) => void>(undefined)

  const move = (by: 1 | -1) => {
    const next = moved(selection, ids, by)
    setChosen(next)
    if (next.cursor !== undefined) focusRow.current?.(next.cursor)
  }
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const { cursor } = selection
      if (cursor !== undefined) setChosen(toggled(selection, cursor))
    },
    c: () => {
      const compared = selected.map(({ id }) => id)
      if (canCompare(compared)) void navigate(compareLink(compared))
    }
  })
  const idsText = ids.join(' ')
  const tick = useCallback(
    (id: string, range: boolean) =>
      setChosen((now) =>
        range ? tickedTo(now, idsText.split(' '), id) : toggled({ ...now, cursor: id }, id)
      ),
    [idsText]
  )
  const focus = useCallback(
    (id: string) => setChosen((now) => (now.cursor === id ? now : { ...now, cursor: id })),
    []
  )
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const clear = () =>
    setParams((now) => withFilters(now, { state: undefined, q: '', tag: undefined }), { replace: true })

  const none = list.isSuccess && !list.isPlaceholderData && rows.length === 0
  const filtered = isFiltered(filters)
  return (
    <>
      <PageHeader
        title="Jobs"
        actions={
          <LinkButton variant="primary" to="/train" icon={<Play aria-hidden="true" className="size-4" />}>
            New training
          </LinkButton>
        }
      />
      {(!none || filtered) && <FilterBar typed={typed} onType={setTyped} />}
      <StaleNote />
      {list.isError && (
        <div className="mb-3">
          <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
        </div>
      )}
      {list.isPending && <SkeletonRows rows={8} label="Loading jobs" />}
      {none && !filtered && <FirstJob />}
      {none && filtered && <NothingFound onClear={clear} />}
      {waiting.length > 0 && (
        <div className="sticky top-16 z-10 flex h-0 justify-center">
          <Button
            small
            variant="primary"
            icon={<ArrowUp aria-hidden="true" className="size-3.5" />}
            onClick={() => {
              letIn()
              window.scrollTo({ top: 0 })
            }}
            className="rounded-full shadow-raised"
          >
            {`${waiting.length} new`}
          </Button>
        </div>
      )}
      {visible.length > 0 && (
        <div aria-busy={list.isPlaceholderData}>
          <JobList
            jobs={visible}
            selection={selection}
            onTick={tick}
            onTickAll={() => setChosen(toggledAll(selection, ids))}
            onFocus={focus}
            onEnd={more}
            focusRow={focusRow}
          />
          {isFetchingNextPage && <SkeletonRows rows={2} label="Loading more jobs" />}
        </div>
      )}
      {selected.length > 0 && (
        <BulkBar selected={selected} onClear={() => setChosen({ ...selection, ticked: new Set() })} />
      )}
    </>
  )
}

/** Numbers that may be old say so. */
function StaleNote() {
  const { stale, asOf } = useConnection()
  if (!stale) return null
  return (
    <p role="status" className="mb-2 text-muted">
      {asOf === undefined
        ? 'These numbers may be old.'
        : `As of ${clock(asOf)}; the connection is being restored.`}
    </p>
  )
}

function FirstJob() {
  return (
    <Card>
      <EmptyState
        icon={<ListChecks className="size-10" />}
        title="Train your first model"
        actions={
          <>
            <LinkButton variant="primary" to="/train">
              Train a model
            </LinkButton>
            <LinkButton to="/datasets/new">Upload data</LinkButton>
          </>
        }
      >
        Every training is a job. It appears here with its progress, its best score and, at the end, its model.
      </EmptyState>
    </Card>
  )
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <Card>
      <EmptyState title="No job matches" actions={<Button onClick={onClear}>Clear filters</Button>}>
        No job has this state, name and tag together.
      </EmptyState>
    </Card>
  )
}
