import type { StatusUpdateBody, StatusUpdateReply, WorkerEvent } from '@trainyard/contracts/internal'
import type { JobUpdate } from '@trainyard/contracts/live'
import type { Metrics, Progress } from '@trainyard/contracts/training'
import { leaseEnd } from '@trainyard/queue/leased-work'
import { fail } from '@trainyard/service-kit/errors'
import { type Db, inTransaction } from '@trainyard/service-kit/postgres'
import { type SQL, sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import { type Attempt, type HeldRow, isCurrent, lockHeld, refusal } from './attempt.ts'
import type { Deps } from './deps.ts'
import { eventsOfBatch, insertEvents, type NewEvent } from './events.ts'
import { insertPoints, type Point } from './points.ts'
import { storable, storableJson } from './storable.ts'

/** Bytes of log lines that a job keeps; a line in their place says where it ends. */
const LOG_LIMIT_BYTES = 10 * 1024 * 1024
/** One event must fit into a frame of the live stream. */
const EVENT_LIMIT_BYTES = 60_000
const MAX_SERIES = 200

type Body = Static<typeof StatusUpdateBody>

/**
 * One call is heartbeat, renewal of the lease, progress, metrics and logs. Events are stored once by the worker's
 * number `n`, under the job's row lock, and published after the commit; a repeated batch publishes its stored
 * rows again, since the first reply, and maybe the publishing, was lost.
 */
export async function statusUpdate(
  deps: Deps,
  held: Attempt,
  body: Body
): Promise<Static<typeof StatusUpdateReply>> {
  requireBounded(body.events)
  const { state, lastN } =
    body.events.length === 0 ? await heartbeat(deps, held) : await store(deps, held, body)
  return { stop_requested: state === 'stopping', lease_seconds: deps.leaseSeconds, last_n: lastN }
}

function requireBounded(events: WorkerEvent[]) {
  const details = events.flatMap((event, i) => {
    const tooLarge = JSON.stringify(event).length > EVENT_LIMIT_BYTES
    const tooMany = event.type === 'metrics' && Object.keys(event.data.values).length > MAX_SERIES
    if (!tooLarge && !tooMany) return []
    const message = tooLarge
      ? `is larger than ${EVENT_LIMIT_BYTES} bytes`
      : `has more than ${MAX_SERIES} series`
    return [{ pointer: `/events/${i}`, message }]
  })
  if (details.length > 0) throw fail('VALIDATION', { details: details.slice(0, 50) })
}

async function heartbeat({ db, leaseSeconds }: Deps, held: Attempt) {
  const { rows } = await db.execute<{ state: string; last_n: string }>(sql`
    update job.jobs set lease_until = ${leaseEnd(leaseSeconds)} where ${isCurrent(held)} returning state, last_n`)
  const [row] = rows
  if (!row) throw await refusal(db, held)
  return { state: row.state, lastN: Number(row.last_n) }
}

async function store(deps: Deps, held: Attempt, { events }: Body) {
  const { row, lastN, updates, repeated } = await inTransaction(deps.db, async (tx) => {
    const row = await lockHeld(tx, held)
    const before = Number(row.last_n)
    const fresh = events.filter(({ n }) => n > before).sort((a, b) => a.n - b.n)
    const lastN = fresh.at(-1)?.n ?? before
    const updates = await apply(tx, held, row, fresh, lastN, deps.leaseSeconds)
    return { row, lastN, updates, repeated: events.map(({ n }) => n).filter((n) => n <= before) }
  })
  const again = await eventsOfBatch(deps.db, { ...held, numbers: repeated })
  deps.publish(row.workspace_id, [...again, ...updates])
  return { state: row.state, lastN }
}

/** What a batch does to the job's row and tables. */
type Effect = {
  events: NewEvent[]
  sets: Map<string, SQL>
  latest: Metrics | null
  logN: number
  logBytes: number
}

async function apply(
  tx: Db,
  held: Attempt,
  row: HeldRow,
  fresh: WorkerEvent[],
  lastN: number,
  lease: number
) {
  const effect: Effect = {
    events: [],
    sets: new Map(),
    latest: null,
    logN: Number(row.last_log_n),
    logBytes: Number(row.log_bytes)
  }
  for (const event of fresh) add(effect, event, row)
  const job = { id: held.jobId, attempt: held.attempt, lastSeq: Number(row.last_seq) }
  const updates: JobUpdate[] = await insertEvents(tx, job, effect.events)
  await insertPoints(tx, held, updates.flatMap(pointsOf))
  const sets = [...effect.sets].map(([column, value]) => sql`, ${sql.raw(column)} = ${value}`)
  await tx.execute(sql`update job.jobs set lease_until = ${leaseEnd(lease)}, last_n = ${lastN},
    last_seq = ${job.lastSeq + effect.events.length}, last_log_n = ${effect.logN}, log_bytes = ${effect.logBytes}
    ${sql.join(sets)} where ${isCurrent(held)}`)
  return updates
}

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`

function add(effect: Effect, event: WorkerEvent, row: HeldRow) {
  const { n } = event
  const push = (kind: NewEvent['event'], data: Record<string, unknown>, logN: number | null = null) =>
    effect.events.push({ event: kind, data, n, logN })
  switch (event.type) {
    case 'phase':
      effect.sets.set('phase', sql`${event.phase}`)
      push('state', { state: row.state, phase: event.phase, reason: row.reason, message: row.message })
      return
    case 'progress': {
      const progress: Progress = event.data
      effect.sets.set('progress', json(progress))
      push('progress', progress)
      return
    }
    case 'metrics':
      addMetrics(effect, storableJson(event.data), row)
      push('metrics', storableJson(event.data))
      return
    case 'best':
      effect.sets.set('best', json(storableJson(event.data)))
      return
    case 'log':
      addLog(effect, event.stream, storable(event.line), push)
  }
}

function addMetrics(effect: Effect, metrics: Metrics, row: HeldRow) {
  const { step, epoch, values } = metrics
  const before = effect.latest?.values ?? row.latest?.values ?? {}
  const merged = Object.entries({ ...before, ...values }).slice(-MAX_SERIES)
  effect.latest = { step, epoch, values: Object.fromEntries(merged) }
  effect.sets.set('latest', json(effect.latest))
}

function pointsOf(update: JobUpdate): Point[] {
  if (update.event !== 'metrics') return []
  const { step, epoch, values } = update.data
  return Object.entries(values).map(([key, value]) => ({ key, step, epoch, value, at: update.ts }))
}

type Push = (kind: 'log', data: Record<string, unknown>, logN: number) => unknown

function addLog(effect: Effect, stream: string, line: string, push: Push) {
  if (effect.logBytes >= LOG_LIMIT_BYTES) return
  effect.logBytes += Buffer.byteLength(line) + 1
  push('log', { stream, line }, ++effect.logN)
  if (effect.logBytes < LOG_LIMIT_BYTES) return
  const end = `The log of this job is longer than ${LOG_LIMIT_BYTES / 1024 ** 2} MiB; what follows is not kept.`
  push('log', { stream: 'platform', line: end }, ++effect.logN)
}
