import type { Job } from '@trainyard/contracts/training'
import { Wrench } from 'lucide-react'
import { percent } from '../../format/numbers.ts'
import { duration, etaWords } from '../../format/times.ts'
import { useConnection } from '../../live/use-connection.ts'
import { useJobProgress } from '../../live/use-job-progress.ts'
import { LinkButton } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { plainName } from '../../ui/name.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { reasonWords } from './reasons.ts'

/** How a job goes, or how it ended: the one part of a row that moves while it runs. */
export function LiveCell({ job }: { job: Job }) {
  const { state } = job
  if (state === 'queued') return <span className="text-muted">{waiting(job)}</span>
  if (state === 'running' || state === 'stopping') return <Moving job={job} />
  const why = reasonWords(job)
  if (state === 'failed') {
    return (
      <span className="flex min-w-0 items-center gap-2">
        <span className="min-w-0 truncate text-failed">{why ?? 'failed'}</span>
        <LinkButton
          small
          to={`/jobs/${job.id}`}
          icon={<Wrench aria-hidden="true" className="size-3.5" />}
          aria-label={`Fix ${plainName(job.name, 60)}`}
        >
          Fix
        </LinkButton>
      </span>
    )
  }
  const took = seconds(job.started_at, job.finished_at)
  return (
    <span className="text-muted">
      {[why, took === undefined ? undefined : `took ${duration(took)}`].filter(Boolean).join(', ')}
    </span>
  )
}

const waiting = ({ queue_position: place }: Job) =>
  place === null ? 'waiting for a worker' : `place ${place} in the queue`

function seconds(from: string | null, to: string | null): number | undefined {
  return from === null || to === null ? undefined : (Date.parse(to) - Date.parse(from)) / 1_000
}

function Moving({ job }: { job: Job }) {
  const progress = useJobProgress(job.id, job.progress)
  const { stale } = useConnection()
  const stopping = job.state === 'stopping'
  const done = progress?.percent
  // A rest that was told long ago would lie.
  const eta = stale || stopping ? '' : etaWords(progress?.eta_seconds)
  const words = stopping ? 'saving a usable model' : eta || (done === undefined ? 'starting' : '')
  return (
    <span className={cx('flex min-w-0 flex-col gap-1', stale && 'text-muted')}>
      <ProgressBar
        percent={done}
        label={`Progress of ${plainName(job.name, 60)}`}
        words={words}
        stale={stale}
        tone={stopping ? 'stopped' : 'accent'}
      />
      <span className="flex justify-between gap-2 text-xs">
        <span>{done === undefined ? '' : percent(done)}</span>
        <span className="truncate text-muted">{words}</span>
      </span>
    </span>
  )
}
