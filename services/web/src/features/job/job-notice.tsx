import type { Job } from '@trainyard/contracts/training'
import { duration } from '../../format/times.ts'
import { useConnection } from '../../live/use-connection.ts'
import { useServerNow } from '../../live/use-now.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { plainName } from '../../ui/name.tsx'
import type { JobActions } from './use-job-actions.ts'

/** A worker reports several times a second; this long without a word is worth one. */
const SILENT_SECONDS = 30
const HOUR = 3_600

type Props = { job: Job; newsAt: () => number; actions: Pick<JobActions, 'resume'> }

/** What is to be said of a job that has not ended, and of one that ended other than usual without having failed. */
export function JobNotice({ job, newsAt, actions }: Props) {
  const { pill } = useConnection()
  const watched = (job.state === 'running' || job.state === 'stopping') && pill === 'live'
  // Renders each second, because time itself is what changes.
  useServerNow(watched ? 1_000 : undefined)
  const silent = (Date.now() - newsAt()) / 1_000
  const said = job.message ? plainName(job.message, 1_000) : undefined
  if (watched && silent >= SILENT_SECONDS) {
    return (
      <Banner tone="warning" title={`No news from the worker for ${duration(Math.floor(silent))}`}>
        If it is gone, the job starts again from its checkpoint by itself.
      </Banner>
    )
  }
  if (job.state === 'stopping') {
    return <Banner title="Stopping">The step is finished, then a usable model is saved.</Banner>
  }
  if (job.state === 'queued') {
    const place = job.queue_position === null ? '' : `It is number ${job.queue_position} in the queue. `
    return (
      <Banner title="Waiting for a free worker">
        {place}
        {said}
      </Banner>
    )
  }
  if (job.state === 'stopped') {
    const limit = job.reason === 'time_limit'
    return (
      <Banner
        title={limit ? 'The time limit was reached' : 'Stopped'}
        actions={
          limit && (
            <Button small busy={actions.resume.isPending} onClick={() => actions.resume.mutate(HOUR)}>
              Resume with +1 h
            </Button>
          )
        }
      >
        {said ?? 'Nothing is lost.'} Resume goes on from the last checkpoint
        {limit ? ', for the same time again.' : '.'}
      </Banner>
    )
  }
  if (job.state === 'succeeded' && job.reason === 'early_stopped') {
    return (
      <Banner tone="good" title="Finished early, because it stopped getting better">
        {said}
      </Banner>
    )
  }
  return job.state === 'succeeded' && said ? <Banner tone="good">{said}</Banner> : null
}
