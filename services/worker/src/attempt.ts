import { AppError } from '@trainyard/service-kit/errors'
import { type Attempt, type AttemptDeps, type Claimed, openAttempt } from './attempt-context.ts'
import { persist } from './backoff.ts'
import { checkpointUploads } from './checkpoints.ts'
import { conclude } from './conclude.ts'
import type { Control } from './control.ts'
import { isPassing, isSuperseded } from './platform-api.ts'
import { prepare } from './prepare.ts'
import type { AttemptFolder } from './scratch.ts'
import { runTrainer } from './trainer-run.ts'
import { TransferError } from './transfer.ts'
import { untilPublishable } from './uploads.ts'
import { type Verdict, verdictOf } from './verdict.ts'

export type Place = {
  slot: number
  /** Called as soon as the device is free, which is before the model is uploaded. */
  freeSlot: () => void
  onProgress: (percent: number) => void
}

/** One attempt of one job, from the claim to its last call. Never throws: what goes wrong is reported or logged. */
export async function runAttempt(claimed: Claimed, control: Control, place: Place, deps: AttemptDeps) {
  const attempt = openAttempt(claimed, control, deps)
  let folder: AttemptFolder | null = null
  try {
    folder = await deps.scratch.create(`${claimed.claim.job_id}-${claimed.claim.attempt}`)
    const verdict = await trainAndKeep(attempt, folder, place, deps)
    await conclude(attempt, verdict, folder.out, deps.fileLimitBytes)
  } catch (err) {
    await giveUp(attempt, err)
  } finally {
    place.freeSlot()
    attempt.close()
    await folder?.remove()
  }
}

/** A stop takes a minute at the most: what a killed trainer left gets this long. */
const CHECKPOINT_AFTER_KILL_MS = 10_000
const isKilledByStop = (verdict: Verdict) =>
  verdict.kind === 'finish' && verdict.outcome === 'stopped' && verdict.artifacts.length === 0

/** The trainer's life, and its newest checkpoint brought to the store: also that of a crash, before it is told. */
async function trainAndKeep(attempt: Attempt, folder: AttemptFolder, place: Place, deps: AttemptDeps) {
  const { api, lease, publishing: signal, uploads, say, log } = attempt
  const checkpoints = checkpointUploads({
    out: folder.out,
    limitBytes: deps.fileLimitBytes,
    uploads,
    commit: async (step, uploaded) => {
      await untilPublishable(lease, signal)
      await persist(() => api.checkpoint(step, uploaded), { signal, passing: isPassing })
    },
    say,
    signal,
    log
  })
  try {
    const verdict = await train(attempt, folder, place, deps, checkpoints.offer)
    place.freeSlot()
    if (isKilledByStop(verdict)) attempt.hurry(CHECKPOINT_AFTER_KILL_MS)
    await checkpoints.settle()
    return verdict
  } finally {
    await checkpoints.close()
  }
}

async function train(
  attempt: Attempt,
  folder: AttemptFolder,
  { slot, onProgress }: Place,
  deps: AttemptDeps,
  onCheckpoint: ReturnType<typeof checkpointUploads>['offer']
): Promise<Verdict> {
  const { claim, control, reporter, log } = attempt
  try {
    const { spec, data, resume } = await prepare(attempt, folder.path, deps)
    try {
      const life = await runTrainer({
        host: deps.host,
        command: {
          id: `${claim.job_id}-${claim.attempt}`,
          slot,
          verb: 'train',
          spec,
          data: data.path,
          format: claim.dataset.format,
          gzip: claim.dataset.gzip,
          out: folder.out,
          resume,
          threads: deps.threads,
          limits: { memory_bytes: null, file_bytes: deps.fileLimitBytes, seconds: null }
        },
        control,
        reporter,
        onProgress,
        onCheckpoint,
        limits: deps.limits,
        log
      })
      const { code, signal, maxRssBytes: max_rss_bytes } = life.exit
      const outcome = life.result?.outcome
      log.info({ code, signal, max_rss_bytes, killed: life.killed, outcome }, 'the trainer ended')
      control.lost.throwIfAborted()
      return verdictOf(life)
    } finally {
      data.release()
    }
  } catch (err) {
    const verdict = control.lost.aborted ? null : earlyVerdict(control)
    if (!verdict) throw err
    return verdict
  }
}

/** A wish came before a trainer ran: there is nothing to keep. */
function earlyVerdict(control: Control): Verdict | null {
  if (control.wish() === 'release') return { kind: 'release' }
  if (control.wish() !== 'stop') return null
  return {
    kind: 'finish',
    outcome: 'stopped',
    reason: 'user_stopped',
    message: 'Stopped before the training began.',
    artifacts: []
  }
}

async function giveUp(attempt: Attempt, err: unknown) {
  const { control, log } = attempt
  if (control.lost.aborted || isSuperseded(err)) return log.warn({ err }, 'the attempt was given up')
  log.error({ err }, 'the attempt failed in the worker')
  const why = err instanceof TransferError || err instanceof AppError ? `: ${err.message}` : ''
  const message = `The worker could not run this job${why}.`
  const failed: Verdict = {
    kind: 'finish',
    outcome: 'failed',
    reason: 'platform_error',
    message,
    artifacts: []
  }
  await conclude(attempt, failed, '', 0).catch((cause: unknown) =>
    log.error({ err: cause }, 'the failure could not be reported; the lease runs out')
  )
}
