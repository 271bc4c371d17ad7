import type { Job } from '@trainyard/contracts/training'
import { memo } from 'react'
import { Link, useSearchParams } from 'react-router'
import { metricWords } from '../../format/metric-name.ts'
import { decimal } from '../../format/numbers.ts'
import { ago, dateTime } from '../../format/times.ts'
import { bestScore } from '../../jobs/score.ts'
import { Checkbox } from '../../ui/checkbox.tsx'
import { cx } from '../../ui/cx.ts'
import { Name, plainName } from '../../ui/name.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { withFilters } from './filters.ts'
import { LiveCell } from './live-cell.tsx'

export const ROW_GRID =
  'md:grid md:grid-cols-[1.5rem_7rem_minmax(8rem,1fr)_5rem_8rem_minmax(9rem,13rem)_5.5rem] md:items-center md:gap-x-4'

type Props = {
  job: Job
  ticked: boolean
  /** With Shift, everything from the cursor to here. */
  onTick: (id: string, range: boolean) => void
  onFocus: (id: string) => void
}

/** One job; below 768 px a card. */
export const JobRow = memo(function JobRow({ job, ticked, onTick, onFocus }: Props) {
  const { id, name, state, model, created_at: at } = job
  return (
    <div
      className={cx(
        'flex flex-col gap-2 border-b border-line px-4 py-2.5 focus-within:bg-sunken hover:bg-sunken',
        ROW_GRID,
        ticked && 'bg-sunken shadow-[inset_3px_0_0_var(--accent)]'
      )}
    >
      <div className="flex items-center gap-3 md:contents">
        <Checkbox
          checked={ticked}
          onFocus={() => onFocus(id)}
          onClick={(event) => {
            if (!event.shiftKey) return
            event.preventDefault()
            onTick(id, true)
          }}
          onChange={() => onTick(id, false)}
          aria-label={`Select ${plainName(name, 60)}`}
        />
        <StateBadge state={state} className="md:w-fit" />
        <div className="min-w-0 flex-1">
          <Link
            to={`/jobs/${id}`}
            data-job={id}
            onFocus={() => onFocus(id)}
            className="block rounded-sm font-semibold text-ink"
          >
            <Name truncate>{name}</Name>
          </Link>
          {job.tags.length > 0 && <Tags tags={job.tags} />}
        </div>
      </div>
      <div className="grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1 md:contents">
        <span className="truncate text-muted">{model.architecture}</span>
        <Score job={job} />
        <div className="min-w-0 max-md:col-span-2">
          <LiveCell job={job} />
        </div>
        <time dateTime={at} title={dateTime(at)} className="text-muted max-md:hidden md:text-right">
          {ago(at, Date.now())}
        </time>
      </div>
    </div>
  )
})

function Score({ job }: { job: Job }) {
  const score = bestScore(job)
  if (!score) return <span className="text-muted max-md:hidden">–</span>
  const where = score.epoch === undefined ? '' : ` in epoch ${score.epoch}`
  return (
    <span className="truncate" title={`Best ${metricWords(score.metric)}${where}`}>
      <span className="font-semibold">{decimal(score.value, 4)}</span>{' '}
      <span className="text-xs text-muted">{metricWords(score.metric)}</span>
    </span>
  )
}

const SHOWN = 3

function Tags({ tags }: { tags: readonly string[] }) {
  const [params] = useSearchParams()
  return (
    <ul aria-label="Tags" className="flex min-w-0 flex-wrap gap-1 pt-0.5">
      {tags.slice(0, SHOWN).map((tag) => (
        <li key={tag} className="max-w-40 min-w-0">
          <Link
            to={{ search: withFilters(params, { tag }).toString() }}
            aria-label={`Only jobs with the tag ${plainName(tag)}`}
            className="block min-h-6 truncate rounded-sm bg-sunken px-1.5 py-1 text-xs text-muted no-underline ring-1 ring-line ring-inset hover:text-ink"
          >
            <Name>{tag}</Name>
          </Link>
        </li>
      ))}
      {tags.length > SHOWN && <li className="py-1 text-xs text-muted">{`+${tags.length - SHOWN}`}</li>}
    </ul>
  )
}
