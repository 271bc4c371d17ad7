import { AppError } from '@trainyard/service-kit/errors'
import { openArtifacts } from './artifacts.ts'
import type { Attempt } from './attempt-context.ts'
import { persist } from './backoff.ts'
import type { AttemptApi } from './job-api.ts'
import { isPassing, isSuperseded } from './platform-api.ts'
import { UntrustedFile } from './scratch.ts'
import { type Uploaded, untilPublishable } from './uploads.ts'
import type { Verdict } from './verdict.ts'

/** What a person is told when a trained model does not reach the platform. */
function failureOf(err: unknown): Pick<Finish, 'reason' | 'message'> {
  if (err instanceof UntrustedFile) {
    return { reason: 'artifact_upload', message: `The trainer's files were refused: ${err.message}.` }
  }
  const refused = err instanceof AppError && err.code !== 'ARTIFACT_MISMATCH' && !isPassing(err)
  if (refused) return { reason: 'platform_error', message: `The result was refused: ${err.message}` }
  return { reason: 'artifact_upload', message: 'The files of the model could not be stored; retry the job.' }
}

type Finish = Parameters<AttemptApi['finish']>[0]
const MISMATCH_TRIES = 3

/** Brings an attempt's outcome and files to the platform. Throws only when the attempt is lost meanwhile. */
export async function conclude(attempt: Attempt, verdict: Verdict, out: string, limitBytes: number) {
  if (verdict.kind === 'release') return release(attempt)
  const { kind: _, artifacts: names, ...ending } = verdict
  if (names.length === 0) return finish(attempt, { ...ending, artifacts: [] })
  try {
    return await finishWithArtifacts(attempt, names, out, limitBytes, ending)
  } catch (err) {
    if (attempt.control.lost.aborted || isSuperseded(err)) throw err
    const untrusted = err instanceof UntrustedFile
    if (!untrusted && attempt.control.wish() === 'release') return release(attempt)
    attempt.log.error({ err }, 'the artifacts could not be stored')
    return finish(attempt, { outcome: 'failed', artifacts: [], ...failureOf(err) })
  }
}

async function finishWithArtifacts(
  attempt: Attempt,
  names: string[],
  out: string,
  limitBytes: number,
  ending: Omit<Finish, 'artifacts'>
) {
  const { reporter, publishing, uploads } = attempt
  reporter.add({ type: 'phase', phase: 'uploading' }, { urgent: true })
  const files = await openArtifacts(names, out, limitBytes, uploads, publishing)
  try {
    for (let tries = 1; ; tries++) {
      const artifacts: Uploaded[] = await files.upload()
      try {
        return await finish(attempt, { ...ending, artifacts })
      } catch (err) {
        // What the store holds is not what was sent.
        const again = err instanceof AppError && err.code === 'ARTIFACT_MISMATCH' && tries < MISMATCH_TRIES
        if (!again) throw err
      }
    }
  } finally {
    await files.close()
  }
}

async function finish({ api, reporter, lease, control, log }: Attempt, body: Finish) {
  await reporter.flush()
  await untilPublishable(lease, control.lost)
  const reply = await persist(() => api.finish(body), { signal: control.lost, passing: isPassing })
  log.info({ outcome: body.outcome, reason: body.reason, state: reply?.state }, 'the attempt is finished')
}

async function release({ api, reporter, control, log }: Attempt) {
  await reporter.flush()
  await persist(() => api.release(), { signal: control.lost, passing: isPassing })
  log.info('the attempt is released')
}
