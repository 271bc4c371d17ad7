import type { FinishBody } from '@trainyard/contracts/internal'
import type { JobState, Reason } from '@trainyard/contracts/training'
import { attemptPrefix } from '@trainyard/object-store/keys'
import { isAsAnnounced } from '@trainyard/object-store/verify'
import { AppError, fail } from '@trainyard/service-kit/errors'
import { type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { type Attempt, type HeldRow, isCurrent, lockHeld, requireCurrent } from './attempt.ts'
import { crashBudget } from './budgets.ts'
import { removeObjects } from './checkpoints.ts'
import type { Deps } from './deps.ts'
import { type Moved, moveJob } from './job-state.ts'
import { lastEvents } from './last-events.ts'
import { storable, storableJson } from './storable.ts'

type Body = Static<typeof FinishBody>
const METRICS_LIMIT_BYTES = 256 * 1024
const VERIFIED_AT_ONCE = 4

/**
 * Ends an attempt. The objects are looked at first; then one transaction commits the artifacts together with the
 * state, so that a job never succeeds without its files. A repeated finish gets the first one's answer.
 */
export async function finishJob(deps: Deps, held: Attempt, body: Body): Promise<{ state: JobState }> {
  const before = await earlierAnswer(deps.db, held)
  if (before) return { state: before }
  await requireCurrent(deps.db, held)
  if (JSON.stringify(body.metrics ?? null).length > METRICS_LIMIT_BYTES)
    throw fail('VALIDATION', {
      details: [{ pointer: '/metrics', message: `is larger than ${METRICS_LIMIT_BYTES} bytes` }]
    })
  await verify(deps, held, body.artifacts)
  try {
    const { moved, updates } = await inTransaction(deps.db, (tx) => commit(tx, held, body))
    deps.wake()
    deps.publish(moved.workspaceId, [...updates, moved.update])
    return { state: stateOf(moved) }
  } catch (err) {
    // The same finish, sent twice at once: the other one won, and this one gets its answer.
    const answer = err instanceof AppError ? await earlierAnswer(deps.db, held) : undefined
    if (answer) return { state: answer }
    throw err
  }
}

/** The answer that this attempt's finish or release got before; kept with the attempt, also after the next one. */
export async function earlierAnswer(db: Db, { jobId, attempt, tokenHash }: Attempt) {
  const { rows } = await db.execute<{
    finish_state: JobState | null
  }>(sql`select finish_state from job.attempts
    where job_id = ${jobId} and attempt = ${attempt} and token_hash = ${tokenHash}`)
  return rows[0]?.finish_state ?? undefined
}

export async function keepAnswer(tx: Db, { jobId, attempt }: Attempt, state: JobState) {
  await tx.execute(sql`update job.attempts set finish_state = ${state}
    where job_id = ${jobId} and attempt = ${attempt}`)
}

export const stateOf = ({ update }: Moved): JobState => {
  if (update.event !== 'state') throw new Error('a move always writes a state event')
  return update.data.state
}

/** Each object is under this attempt's own prefix, as large as announced, and of the announced hash. */
async function verify({ store }: Deps, held: Attempt, artifacts: Body['artifacts']) {
  if (new Set(artifacts.map(({ name }) => name)).size !== artifacts.length)
    throw fail('VALIDATION', { details: [{ pointer: '/artifacts', message: 'names the same file twice' }] })
  const prefix = attemptPrefix(held.jobId, held.attempt)
  const wrong: string[] = []
  for (let i = 0; i < artifacts.length; i += VERIFIED_AT_ONCE) {
    const some = artifacts.slice(i, i + VERIFIED_AT_ONCE)
    const good = await Promise.all(
      some.map(
        async (file) =>
          file.key.startsWith(prefix) &&
          file.key.endsWith(`/${file.name}`) &&
          (await isAsAnnounced(store, file.key, file))
      )
    )
    wrong.push(...some.filter((_, at) => !good[at]).map(({ name }) => name))
  }
  if (wrong.length === 0) return
  const details = wrong.map((name) => ({ pointer: '/artifacts', message: `${name} is not as announced` }))
  throw fail('ARTIFACT_MISMATCH', { details })
}

async function commit(tx: Db, held: Attempt, body: Body) {
  const row = await lockHeld(tx, held)
  const crash =
    body.outcome === 'crashed'
      ? crashBudget(row.trainer_crashes, storable(body.signature ?? 'unknown cause'))
      : undefined
  const again = crash !== undefined && !crash.spent && row.state === 'running'
  const succeeded = body.outcome === 'succeeded' && row.state === 'running'
  const updates = again ? [] : await lastEvents(tx, held, row, { files: body.artifacts, succeeded })
  const moved = await end(tx, held, row, body, crash)
  if (!moved) throw new Error(`job ${held.jobId} changed under its own lock`)
  if (stateOf(moved) === 'succeeded') await dropCheckpoints(tx, held.jobId)
  await keepAnswer(tx, held, stateOf(moved))
  return { moved, updates }
}

function end(
  tx: Db,
  held: Attempt,
  row: HeldRow,
  body: Body,
  crash: ReturnType<typeof crashBudget> | undefined
) {
  const message = body.message === null ? null : storable(body.message)
  const set = scores(body.metrics)
  const common = { id: held.jobId, where: isCurrent(held), set, outcome: body.outcome, message }
  // Whatever the trainer reports: a stop that was acknowledged is not answered with another end.
  if (row.state === 'stopping')
    return moveJob(tx, { ...common, from: 'stopping', to: 'stopped', reason: 'user_stopped' })
  const from = 'running' as const
  if (crash) {
    const spent = sql`${set}, trainer_crashes = ${JSON.stringify(crash.crashes)}::jsonb`
    if (!crash.spent)
      return moveJob(tx, {
        ...common,
        from,
        to: 'queued',
        phase: 'queued',
        set: spent,
        message: crash.message
      })
    return moveJob(tx, {
      ...common,
      from,
      to: 'failed',
      reason: 'data_error',
      set: spent,
      message: crash.message
    })
  }
  if (body.outcome === 'succeeded')
    return moveJob(tx, { ...common, from, to: 'succeeded', reason: body.reason })
  const reason: Reason = body.reason ?? (body.outcome === 'stopped' ? 'user_stopped' : 'platform_error')
  if (body.outcome === 'stopped') return moveJob(tx, { ...common, from, to: 'stopped', reason })
  return moveJob(tx, { ...common, from, to: 'failed', reason })
}

/** `best`, `test` and `baseline` of the trainer's result, each left as it is where the result has none. */
function scores(metrics: Body['metrics']): SQL {
  const given = storableJson<Record<string, unknown>>({ ...metrics })
  const value = (name: string) => {
    const found = given[name]
    return typeof found === 'object' && found !== null ? JSON.stringify(found) : null
  }
  return sql`best = coalesce(${value('best')}::jsonb, best), test = coalesce(${value('test')}::jsonb, test),
    baseline = coalesce(${value('baseline')}::jsonb, baseline)`
}

/** A job that succeeded is never resumed. */
async function dropCheckpoints(tx: Db, jobId: string) {
  const { rows } = await tx.execute<{ key: string }>(
    sql`delete from job.checkpoints where job_id = ${jobId} returning key`
  )
  await removeObjects(
    tx,
    rows.map(({ key }) => key)
  )
}
