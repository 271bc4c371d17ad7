import type { DatasetSummary } from '@trainyard/contracts/dataset'
import type { Job } from '@trainyard/contracts/training'
import { Link } from 'react-router'
import { bytes, counted } from '../../format/numbers.ts'
import { ago } from '../../format/times.ts'
import { useServerNow } from '../../live/use-now.ts'
import { usePrefs } from '../../prefs/use-prefs.ts'
import { Name } from '../../ui/name.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

const MINUTE_MS = 60_000
const LINE = 'grid min-h-row grid-cols-[7rem_minmax(0,1fr)_auto] items-center gap-3 px-4 py-1.5'
const NAME = 'min-w-0 text-ink no-underline hover:underline'

export function JobLine({ job }: { job: Job }) {
  return (
    <li className={LINE}>
      <StateBadge state={job.state} className="w-fit" />
      <Link to={`/jobs/${job.id}`} className={NAME}>
        <Name truncate className="font-semibold">
          {job.name}
        </Name>
        <span className="block truncate text-xs text-muted">{job.message ?? job.model.architecture}</span>
      </Link>
      <Ago at={job.finished_at ?? job.created_at} />
    </li>
  )
}

export function DatasetLine({ dataset }: { dataset: DatasetSummary }) {
  const { id, name, status, rows, bytes: size } = dataset
  const facts = [rows === null ? '' : counted(rows, 'row'), size === null ? '' : bytes(size)]
  return (
    <li className={LINE}>
      <StateBadge state={status} className="w-fit" />
      <Link to={`/datasets/${id}`} className={NAME}>
        <Name truncate className="font-semibold">
          {name}
        </Name>
        <span className="block truncate text-xs text-muted">{facts.filter(Boolean).join(' · ')}</span>
      </Link>
      <Ago at={dataset.created_at} />
    </li>
  )
}

function Ago({ at }: { at: string }) {
  const now = useServerNow(MINUTE_MS)
  const [{ time }] = usePrefs()
  return (
    <time dateTime={at} className="text-xs whitespace-nowrap text-muted">
      {ago(at, now, { utc: time === 'utc' })}
    </time>
  )
}
