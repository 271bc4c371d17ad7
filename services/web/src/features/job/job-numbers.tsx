import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import type { ReactNode } from 'react'
import { decimal, integer, loss, percent } from '../../format/numbers.ts'
import { clock, duration, etaWords } from '../../format/times.ts'
import { useServerNow } from '../../live/use-now.ts'
import { cx } from '../../ui/cx.ts'
import { plainName } from '../../ui/name.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { bestOf } from './scores.ts'
import { PHASE_WORDS } from './timeline.ts'

type Props = { job: Job; stale: boolean; asOf: number | undefined }

const TONES = { succeeded: 'succeeded', failed: 'failed', stopped: 'stopped' } as const

/** Where the job is: phase, epoch, step, loss, the best so far, the bar, and how long it will take. */
export function JobNumbers({ job, stale: mayBeOld, asOf }: Props) {
  const { state, progress, metrics, phase } = job
  const done = isTerminal(state)
  const stale = mayBeOld && !done
  const best = bestOf(metrics)
  const trainLoss = metrics.latest?.values['train/loss']
  // A job that is being stopped is no longer on its way to the end.
  const eta = state !== 'running' || stale ? '' : etaWords(progress?.eta_seconds)
  // What waits or has ended without a step has no bar: an empty one would promise something.
  const moves = !done && state !== 'queued'
  const shown = progress?.percent ?? (state === 'succeeded' ? 100 : undefined)
  return (
    <section aria-label="Progress" className="rounded-lg border border-line bg-surface p-4 shadow-card">
      <dl className={cx('grid grid-cols-2 gap-x-8 gap-y-2 sm:flex sm:flex-wrap', stale && 'text-muted')}>
        {phase && !done && <Fact name="Phase">{PHASE_WORDS[phase]}</Fact>}
        {state === 'queued' && job.queue_position !== null && (
          <Fact name="Place in the queue">{integer(job.queue_position)}</Fact>
        )}
        {progress && (
          <>
            <Fact name="Epoch">
              {integer(progress.epoch)} / {integer(progress.epochs)}
            </Fact>
            <Fact name="Step">
              {integer(progress.step)} / {integer(progress.steps)}
            </Fact>
          </>
        )}
        {trainLoss !== undefined && (
          <Fact name="Loss">
            {trainLoss === null ? <span className="text-failed">not finite</span> : loss(trainLoss)}
          </Fact>
        )}
        {best && (
          <Fact name={`Best ${best.name}`}>
            {decimal(best.value, 4)}{' '}
            <span className="font-normal text-muted">epoch {integer(best.epoch)}</span>
          </Fact>
        )}
        {progress?.samples_per_second != null && !done && !stale && (
          <Fact name="Speed">{integer(progress.samples_per_second)} rows/s</Fact>
        )}
        {job.started_at !== null && (
          <Fact name={done ? 'Took' : 'Running for'}>
            <Elapsed job={job} stopped={done || stale} />
          </Fact>
        )}
      </dl>
      {(shown !== undefined || moves) && (
        <div className="mt-3 flex items-center gap-3">
          <ProgressBar
            percent={shown}
            label={`Progress of ${plainName(job.name, 80)}`}
            words={eta}
            stale={stale}
            tone={isDone(state) ? TONES[state] : 'accent'}
          />
          <span className={cx('w-12 shrink-0 text-right font-semibold', stale && 'text-muted')}>
            {percent(shown)}
          </span>
        </div>
      )}
      {moves && (
        <p className="mt-1 min-h-4 text-xs text-muted">
          {stale && asOf !== undefined ? `As of ${clock(asOf)}; the connection is lost` : eta}
        </p>
      )}
    </section>
  )
}

const isDone = (state: Job['state']): state is keyof typeof TONES => state in TONES

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-20">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-base font-semibold">{children}</dd>
    </div>
  )
}

function Elapsed({ job, stopped }: { job: Job; stopped: boolean }) {
  const now = useServerNow(stopped ? undefined : 1_000)
  const end = job.finished_at === null ? now : Date.parse(job.finished_at)
  const seconds = (end - Date.parse(job.started_at ?? job.created_at)) / 1_000
  return <>{duration(Math.max(0, seconds))}</>
}
