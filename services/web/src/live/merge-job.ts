import type { JobUpdate } from '@trainyard/contracts/live'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'

/** Newest entries of a timeline that are kept, as the server does. */
const TIMELINE_LIMIT = 200

/** The job after an event that follows it. What is not newer changes nothing. */
export function mergeJob(job: Job, update: JobUpdate): Job {
  if (update.job_id !== job.id || update.seq <= job.last_seq) return job
  const next = { ...job, last_seq: update.seq, attempt: Math.max(job.attempt, update.attempt) }
  switch (update.event) {
    case 'state':
      return mergeState(next, update)
    case 'progress':
      return { ...next, progress: update.data, phase: isTerminal(job.state) ? job.phase : update.data.phase }
    case 'metrics':
      return { ...next, metrics: mergeMetrics(job.metrics, update.data) }
    case 'log':
    case 'artifact':
      return next
  }
}

type StateUpdate = Extract<JobUpdate, { event: 'state' }>

function mergeState(job: Job, { data, attempt, ts }: StateUpdate): Job {
  const { state, phase, reason, message } = data
  const lastPhase = phase ?? job.timeline.at(-1)?.phase ?? 'queued'
  const done = isTerminal(state)
  return {
    ...job,
    state,
    phase,
    reason,
    message,
    attempts: Math.max(job.attempts, attempt),
    queue_position: state === 'queued' ? job.queue_position : null,
    started_at: state === 'running' ? (job.started_at ?? ts) : job.started_at,
    finished_at: done ? ts : null,
    timeline: [...job.timeline, { state, phase: lastPhase, attempt, at: ts }].slice(-TIMELINE_LIMIT)
  }
}

type MetricsUpdate = Extract<JobUpdate, { event: 'metrics' }>

function mergeMetrics(metrics: Job['metrics'], { step, epoch, values }: MetricsUpdate['data']) {
  const latest = { step, epoch, values: { ...metrics.latest?.values, ...values } }
  const best = bestAfter(metrics.best, step, epoch, values)
  return { ...metrics, latest, best }
}

/** The best epoch so far goes on as the trainer counts it: strictly better, by the metric that it named. */
function bestAfter(
  best: Job['metrics']['best'],
  step: number,
  epoch: number,
  values: Record<string, number | null>
): Job['metrics']['best'] {
  if (!best || typeof best.metric !== 'string' || typeof best.value !== 'number') return best
  const value = values[best.metric]
  if (typeof value !== 'number') return best
  const isBetter = best.direction === 'max' ? value > best.value : value < best.value
  return isBetter ? { ...best, value, step, epoch } : best
}

/**
 * Which of two readings of a job to keep. A reading that was overtaken by events keeps only what events do not carry;
 * one of the same age is the server's own word.
 */
export function newerJob(known: Job | undefined, read: Job): Job {
  if (!known || known.id !== read.id || read.last_seq >= known.last_seq) return read
  const { name, notes, tags, cloned_from } = read
  const { test, baseline, best } = read.metrics
  return {
    ...known,
    name,
    notes,
    tags,
    cloned_from,
    metrics: {
      ...known.metrics,
      test: test ?? known.metrics.test,
      baseline: baseline ?? known.metrics.baseline,
      best: known.metrics.best ?? best
    }
  }
}
