import { type JobUpdate, jobChannel, workspaceChannel } from '@trainyard/contracts/live'
import type { Job } from '@trainyard/contracts/training'
import { fail } from '@trainyard/service-kit/errors'
import { newId } from '@trainyard/service-kit/ids'
import type { JobApi, Viewer } from '../../src/live/deps.ts'

export type Publish = (channel: string, text: string) => Promise<unknown>
type Change = Pick<JobUpdate, 'event' | 'data'>
type Stored = { job: Job; workspaceId: string; events: JobUpdate[] }

export const progress = (step: number): Change => ({
  event: 'progress',
  data: {
    epoch: 0,
    epochs: 1,
    step,
    steps: 1_000,
    percent: 0,
    eta_seconds: null,
    samples_per_second: null,
    phase: 'training'
  }
})
export const metrics = (step: number, values: Record<string, number>): Change => ({
  event: 'metrics',
  data: { step, epoch: 0, values }
})
export const logLine = (n: number, line: string): Change => ({
  event: 'log',
  data: { n, at: new Date(0).toISOString(), stream: 'stdout', line }
})
export const state = (name: Job['state']): Change => ({
  event: 'state',
  data: { state: name, phase: null, reason: null, message: null }
})

function newJob(id: string): Job {
  const at = new Date(0).toISOString()
  return {
    id,
    name: 'a job',
    notes: null,
    state: 'running',
    phase: 'training',
    reason: null,
    message: null,
    task: 'classification',
    target: 'y',
    dataset_id: id,
    model: { architecture: 'mlp' },
    training: {},
    tags: [],
    progress: null,
    metrics: { latest: null, best: null, test: null, baseline: null },
    attempt: 1,
    attempts: 1,
    cloned_from: null,
    queue_position: null,
    timeline: [],
    last_seq: 0,
    created_at: at,
    started_at: at,
    finished_at: null
  }
}

/**
 * What the job service keeps and publishes, in memory: appended first, published after, `seq` rising by one a job. It
 * counts what is read from it and can be made slow or unavailable.
 */
export function createEventLog(publish: Publish) {
  const jobs = new Map<string, Stored>()
  const calls = { snapshot: 0, events: 0, lastSeqs: 0 }
  let pause: () => Promise<void> = async () => undefined
  let away = false

  function stored(jobId: string, viewer?: Viewer): Stored {
    const found = jobs.get(jobId)
    if (!found || (viewer && viewer.workspace_id !== found.workspaceId)) throw fail('JOB_NOT_FOUND')
    return found
  }
  async function answer<T>(name: keyof typeof calls, read: () => T): Promise<T> {
    calls[name] += 1
    if (away) throw fail('UNAVAILABLE')
    await pause()
    const result = structuredClone(read())
    await pause()
    return result
  }

  const api: JobApi = {
    snapshot: (id, viewer) => answer('snapshot', () => stored(id, viewer).job),
    events: (id, after, limit, viewer) =>
      answer('events', () =>
        stored(id, viewer)
          .events.filter(({ seq }) => seq > after)
          .slice(0, limit)
      ),
    lastSeqs: (ids) =>
      answer('lastSeqs', () =>
        Object.fromEntries(
          ids.flatMap((id) => {
            const found = jobs.get(id)
            return found ? [[id, found.job.last_seq]] : []
          })
        )
      )
  }

  return {
    api,
    calls,
    add(workspaceId: string) {
      const id = newId()
      jobs.set(id, { job: newJob(id), workspaceId, events: [] })
      return id
    },
    remove: (id: string) => jobs.delete(id),
    events: (id: string) => stored(id).events,
    lastSeq: (id: string) => stored(id).job.last_seq,
    /** Cuts the log in front of `seq`. */
    trim(id: string, seq: number) {
      const found = stored(id)
      found.events = found.events.filter((event) => event.seq >= seq)
    },
    /** `lost`: committed, but its message never reaches anybody. */
    append(id: string, change: Change, { lost = false } = {}) {
      const { job, workspaceId, events } = stored(id)
      job.last_seq += 1
      const update = {
        type: 'job_update',
        job_id: id,
        attempt: 1,
        seq: job.last_seq,
        ts: new Date().toISOString(),
        ...change
      } as JobUpdate
      events.push(update)
      if (change.event === 'state') job.state = (change.data as { state: Job['state'] }).state
      if (lost) return { update, sent: Promise.resolve() }
      const text = JSON.stringify(update)
      const sent = publish(jobChannel(id), text).then(async () => {
        if (change.event === 'state' || change.event === 'progress')
          await publish(workspaceChannel(workspaceId), text)
      })
      return { update, sent }
    },
    slow: (wait: () => Promise<void>) => {
      pause = wait
    },
    setAway: (value: boolean) => {
      away = value
    }
  }
}
export type EventLog = ReturnType<typeof createEventLog>
