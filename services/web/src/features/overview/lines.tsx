import type { DatasetSummary } from '@trainyard/contracts/dataset'
import type { Job } from '@trainyard/contracts/training'
import { Link } from 'react-router'
import { metricName } from '../../format/metric-name.ts'
import { bytes, counted, decimal } from '../../format/numbers.ts'
import { ago } from '../../format/times.ts'
import { bestScore } from '../../jobs/score.ts'
import { useServerNow } from '../../live/use-now.ts'
import { usePrefs } from '../../prefs/use-prefs.ts'
import { Name } from '../../ui/name.tsx'
import { type State, StateBadge } from '../../ui/state-badge.tsx'

const MINUTE_MS = 60_000

type LineProps = { state: State; to: string; name: string; facts: string[]; at: string }

/** One thing in a list: what it is called, two facts, and its state. */
function Line({ state, to, name, facts, at }: LineProps) {
  return (
    <li className="flex min-h-row items-center gap-3 px-4 py-2">
      <div className="min-w-0 flex-1">
        <Link to={to} className="block font-semibold text-ink no-underline hover:underline">
          <Name truncate>{name}</Name>
        </Link>
        <p className="truncate text-xs text-muted" data-numeric>
          {facts.filter(Boolean).join(' · ')}
          {facts.some(Boolean) && ' · '}
          <Ago at={at} />
        </p>
      </div>
      <StateBadge state={state} />
    </li>
  )
}

export function JobLine({ job }: { job: Job }) {
  const score = bestScore(job)
  const facts = [
    job.model.architecture,
    score ? `${metricName(score.metric)} ${decimal(score.value, 4)}` : ''
  ]
  return (
    <Line
      state={job.state}
      to={`/jobs/${job.id}`}
      name={job.name}
      facts={facts}
      at={job.finished_at ?? job.created_at}
    />
  )
}

export function DatasetLine({ dataset }: { dataset: DatasetSummary }) {
  const { id, name, status, rows, bytes: size, created_at } = dataset
  const facts = [rows === null ? '' : counted(rows, 'row'), size === null ? '' : bytes(size)]
  return <Line state={status} to={`/datasets/${id}`} name={name} facts={facts} at={created_at} />
}

function Ago({ at }: { at: string }) {
  const now = useServerNow(MINUTE_MS)
  const [{ time }] = usePrefs()
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {ago(at, now, { utc: time === 'utc' })}
    </time>
  )
}
