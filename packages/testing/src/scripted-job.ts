import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkerEvent } from '@trainyard/contracts/internal'
import type { Reason } from '@trainyard/contracts/training'
import type { SharedStack } from '@trainyard/stack/shared-stack'
import { Client } from 'pg'
import type { TestContext } from './test-context.ts'

type Unnumbered<T> = T extends unknown ? Omit<T, 'n'> : never
export type ScriptedEvent = Unnumbered<WorkerEvent>
type Ending = {
  outcome: 'succeeded' | 'stopped' | 'failed' | 'crashed'
  reason?: Reason
  message?: string
  metrics?: Record<string, unknown>
}
type Options = {
  stack: Pick<SharedStack, 'dataDir' | 'stores'>
  /** A job that exists: owner, dataset and settings are taken from it. */
  like: string
  name?: string
}

export type ScriptedJob = {
  id: string
  /** Stored, numbered and published as everything that a worker reports; resolves when it is. */
  report: (events: ScriptedEvent[]) => Promise<void>
  /** As if the points up to this step were of before times were kept. */
  forgetTimes: (lastStep: number) => Promise<void>
  /** Must be finished before the test ends, unless the job may stay as it is. */
  finish: (ending: Ending) => Promise<void>
}

const HEARTBEAT_MS = 2_000

/** A running job and the attempt that holds it, as a claim would have made them. */
const insert = `
  with copied as (
    insert into job.jobs (id, workspace_id, user_id, dataset_id, dataset, name, spec, task, target, architecture, queue,
      state, phase, attempt, lease_until, claim_id, worker_id, token_hash, last_seq, started_at)
    select $2, workspace_id, user_id, dataset_id, dataset, coalesce($3, name), spec, task, target, architecture, queue,
      'running', 'training', 1, now() + interval '1 minute', $4, 'script', $5, 2, now()
    from job.jobs where id = $1 returning id, attempt, claim_id, worker_id, token_hash),
  events as (
    insert into job.events (job_id, seq, attempt, event, data)
    select id, seq, attempt, 'state', jsonb_build_object('state', state, 'phase', phase, 'reason', null, 'message', null)
    from copied, (values (1, 'queued', 'queued'), (2, 'running', 'training')) as said (seq, state, phase))
  insert into job.attempts (job_id, attempt, claim_id, worker_id, token_hash)
  select id, attempt, claim_id, worker_id, token_hash from copied`

/**
 * A job that no trainer runs: the test is its worker and says what happens and when. It goes the way that every
 * report goes, through the job service to whoever watches, so a test can have any number of points, not-finite
 * losses, long logs and ends of every kind at the moment it wants them.
 */
export async function scriptedJob(t: TestContext, { stack, like, name }: Options): Promise<ScriptedJob> {
  const id = randomUUID()
  const token = randomBytes(32).toString('base64url')
  const query = async (text: string, values: unknown[]) => {
    const database = new Client({ connectionString: stack.stores.postgres })
    await database.connect()
    try {
      return (await database.query(text, values)).rowCount
    } finally {
      await database.end()
    }
  }
  const hash = createHash('sha256').update(token).digest('hex')
  if ((await query(insert, [like, id, name ?? null, randomUUID(), hash])) !== 1)
    throw new Error(`There is no job ${like} to copy`)
  const ports = JSON.parse(readFileSync(join(stack.dataDir, 'run/ports'), 'utf8')) as Record<string, number>
  const base = `http://127.0.0.1:${ports['job-internal']}/api/training/internal`
  const post = async (path: string, body: object) => {
    const reply = await fetch(`${base}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ job_id: id, attempt: 1, ...body })
    })
    const text = await reply.text()
    if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${text}`)
  }
  let n = 0
  const report = (events: ScriptedEvent[]) =>
    post('status-update', { events: events.map((event) => ({ ...event, n: ++n })) })
  // A worker that says nothing is taken for lost.
  const beat = setInterval(() => void report([]).catch(() => clearInterval(beat)), HEARTBEAT_MS)
  t.teardown(() => clearInterval(beat))
  return {
    id,
    report,
    forgetTimes: async (lastStep) =>
      void (await query('update job.points set at = null where job_id = $1 and step <= $2', [id, lastStep])),
    finish: async (ending) => {
      clearInterval(beat)
      await post('finish', { reason: null, message: null, artifacts: [], ...ending })
    }
  }
}
