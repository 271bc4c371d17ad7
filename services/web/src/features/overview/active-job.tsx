import type { Job } from '@trainyard/contracts/training'
import { Link } from 'react-router'
import { percent } from '../../format/numbers.ts'
import { etaWords } from '../../format/times.ts'
import { useConnection } from '../../live/use-connection.ts'
import { useJobCell, useJobProgress } from '../../live/use-job-progress.ts'
import { cx } from '../../ui/cx.ts'
import { Name } from '../../ui/name.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** A job that is queued or runs, live. Each line follows its own job, so the page is not drawn again with every step. */
export function ActiveJob({ job }: { job: Job }) {
  const progress = useJobProgress(job.id, job.progress)
  const state = useJobCell(job.id)?.state ?? job.state
  const { stale } = useConnection()
  const eta = stale ? '' : etaWords(progress?.eta_seconds)
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge state={state} />
        <Link
          to={`/jobs/${job.id}`}
          className="min-w-0 flex-1 font-semibold text-ink no-underline hover:underline"
        >
          <Name truncate>{job.name}</Name>
        </Link>
        <span className={cx('text-xs text-muted', stale && 'italic')}>
          {state === 'queued'
            ? queueWords(job.queue_position)
            : progress
              ? [percent(progress.percent), eta].filter(Boolean).join(' · ')
              : 'starting'}
        </span>
      </div>
      {state !== 'queued' && (
        <ProgressBar
          percent={progress?.percent ?? 0}
          label={`Progress of ${job.name}`}
          stale={stale}
          words={eta}
        />
      )}
    </li>
  )
}

const queueWords = (position: number | null) =>
  position === null ? 'waiting for a worker' : `place ${position} in the queue`
