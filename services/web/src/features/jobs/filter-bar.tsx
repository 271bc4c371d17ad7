import { useInfiniteQuery } from '@tanstack/react-query'
import type { JobState } from '@trainyard/contracts/training'
import { X } from 'lucide-react'
import { Link, useSearchParams } from 'react-router'
import { jobsQuery } from '../../api/jobs.ts'
import { LinkButton } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { FilterInput } from '../../ui/filter-input.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { Select } from '../../ui/select.tsx'
import { STATES as LOOKS } from '../../ui/state-badge.tsx'
import { filtersFrom, SORTS, STATES, withFilters } from './filters.ts'

/** A list's largest page; more are told as "100+". */
const COUNTED = 100

/** How many jobs are in a state now; undefined until known. */
function useCount(state: JobState): string | undefined {
  const { data } = useInfiniteQuery(jobsQuery({ state, limit: COUNTED }))
  if (!data) return undefined
  const count = data.pages.flatMap(({ items }) => items).filter((job) => job.state === state).length
  return data.pages.at(-1)?.next_cursor ? `${COUNTED}+` : String(count)
}

type Props = { typed: string; onType: (text: string) => void }

/** State, text, tag and order: all of it in the address. */
export function FilterBar({ typed, onType }: Props) {
  const [params, setParams] = useSearchParams()
  const filters = filtersFrom(params)
  const counts: Partial<Record<JobState, string>> = {
    running: useCount('running'),
    queued: useCount('queued')
  }
  const search = (changes: Parameters<typeof withFilters>[1]) => ({
    search: withFilters(params, changes).toString()
  })
  return (
    <div className="mb-3 flex flex-col gap-2">
      <nav aria-label="Jobs by state" className="-mx-4 overflow-x-auto px-4 py-0.5">
        <ul className="flex gap-1.5">
          <Chip to={search({ state: undefined })} on={filters.state === undefined}>
            All
          </Chip>
          {STATES.map((state) => (
            <Chip key={state} to={search({ state })} on={filters.state === state} count={counts[state]}>
              {LOOKS[state].word}
            </Chip>
          ))}
        </ul>
      </nav>
      <div className="flex flex-wrap items-center gap-2">
        <FilterInput
          value={typed}
          onChange={onType}
          label="Filter jobs by name"
          className="min-w-48 flex-1 md:max-w-80"
        />
        <Select
          aria-label="Order"
          value={filters.sort}
          options={SORTS}
          onChange={(sort) => setParams((now) => withFilters(now, { sort }), { replace: true })}
          className="w-44"
        />
        {filters.tag !== undefined && (
          <LinkButton
            small
            to={search({ tag: undefined })}
            icon={<X aria-hidden="true" className="size-3.5" />}
            aria-label={`Not only the tag ${plainName(filters.tag)}`}
          >
            <span className="font-normal">tag</span> <Name>{filters.tag}</Name>
          </LinkButton>
        )}
      </div>
    </div>
  )
}

type ChipProps = { to: { search: string }; on: boolean; count?: string; children: string }

function Chip({ to, on, count, children }: ChipProps) {
  return (
    <li>
      <Link
        to={to}
        aria-current={on ? 'true' : undefined}
        className={cx(
          'flex min-h-8 items-center gap-1.5 rounded-full border px-3 whitespace-nowrap no-underline transition-colors duration-hover',
          on ? 'border-accent bg-accent text-on-accent' : 'border-outline bg-surface text-ink hover:bg-sunken'
        )}
      >
        {children}
        {count !== undefined && <span className={on ? undefined : 'text-muted'}>{count}</span>}
      </Link>
    </li>
  )
}
