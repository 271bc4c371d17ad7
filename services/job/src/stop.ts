import { fail } from '@trainyard/service-kit/errors'
import type { JobRow } from './db/schema.ts'
import type { Deps } from './deps.ts'
import { type Moved, moveJob } from './job-state.ts'
import { readRow } from './job-view.ts'

/** The state may change between looking and moving, each time to one that is nearer to an end. */
const TRIES = 5

/**
 * Asks a job to stop: at once while it is queued; a running one becomes `stopping`, which its worker hears with its
 * next status update. False: it was stopped already. 409 when it ended otherwise.
 */
export async function stopJob(deps: Deps, workspaceId: string, id: string): Promise<{ pending: boolean }> {
  for (let i = 0; i < TRIES; i++) {
    const row = await readRow(deps.db, workspaceId, id)
    if (row.state === 'stopping') return { pending: true }
    if (row.state === 'stopped') return { pending: false }
    const moved = await move(deps, row)
    if (!moved) continue
    deps.wake()
    deps.publish(workspaceId, [moved.update])
    return { pending: true }
  }
  throw fail('UNAVAILABLE', { message: 'The job is changing its state; try again.', retryAfter: 1 })
}

async function move({ db }: Deps, { id, state, phase }: JobRow): Promise<Moved | undefined> {
  const reason = 'user_stopped' as const
  if (state === 'queued') return moveJob(db, { id, from: state, to: 'stopped', reason })
  if (state === 'running') return moveJob(db, { id, from: state, to: 'stopping', reason, phase })
  throw fail('JOB_FINISHED')
}
