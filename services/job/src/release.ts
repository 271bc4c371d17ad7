import type { JobState } from '@trainyard/contracts/training'
import { type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { type Attempt, isCurrent, lockHeld } from './attempt.ts'
import type { Deps } from './deps.ts'
import { earlierAnswer, keepAnswer, stateOf } from './finish.ts'
import { moveJob } from './job-state.ts'

/**
 * A worker that leaves gives the job back: it is queued again and goes on from its last checkpoint; that is no
 * crash. A job that was to stop is stopped. A repeated release gets the first one's answer.
 */
export async function releaseJob(deps: Deps, held: Attempt): Promise<{ state: JobState }> {
  const before = await earlierAnswer(deps.db, held)
  if (before) return { state: before }
  const moved = await inTransaction(deps.db, async (tx) => {
    const { state } = await lockHeld(tx, held)
    const moved = await giveBack(tx, held, state)
    if (!moved) throw new Error(`job ${held.jobId} changed under its own lock`)
    await keepAnswer(tx, held, stateOf(moved))
    return moved
  })
  deps.wake()
  deps.publish(moved.workspaceId, [moved.update])
  return { state: stateOf(moved) }
}

function giveBack(tx: Db, held: Attempt, state: 'running' | 'stopping') {
  const common = { id: held.jobId, where: isCurrent(held), outcome: 'released' }
  if (state === 'stopping')
    return moveJob(tx, { ...common, from: 'stopping', to: 'stopped', reason: 'user_stopped' })
  const message = 'The worker was told to leave; the job goes on from its last checkpoint.'
  return moveJob(tx, { ...common, from: 'running', to: 'queued', phase: 'queued', message })
}
