import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '@trainyard/service-kit/errors'
import type { Attempt } from './attempt-context.ts'
import { persist } from './backoff.ts'
import { isPassing } from './platform-api.ts'
import { TransferError, type Transfers } from './transfer.ts'

const DAMAGED_TRIES = 2

/**
 * Fetches the checkpoint that the claim names and checks its SHA-256. Null when there is none, or when it is
 * damaged: then it is said, and the training starts from the beginning.
 */
export async function fetchCheckpoint(
  { claim, again, say, log }: Attempt,
  folder: string,
  transfers: Transfers,
  signal: AbortSignal
): Promise<string | null> {
  const { checkpoint } = claim
  if (!checkpoint) return null
  // In a folder of its own: the trainer looks for older checkpoints beside the one it is given.
  await mkdir(join(folder, 'resume'), { mode: 0o700 })
  const path = join(folder, 'resume', `${checkpoint.step}.ckpt`)
  let damaged = 0
  const fetchOnce = async (tries: number) => {
    const url = tries === 0 ? checkpoint.url : (await again())?.checkpoint?.url
    if (!url) throw fail('UNAVAILABLE', { message: 'no URL came for the checkpoint' })
    const file = await open(path, 'w', 0o600)
    try {
      await transfers.download(url, file, checkpoint, signal)
    } finally {
      await file.close()
    }
    return path
  }
  try {
    return await persist(fetchOnce, {
      signal,
      passing: (err) =>
        err instanceof TransferError ? err.kind !== 'damaged' || ++damaged < DAMAGED_TRIES : isPassing(err),
      onWait: (err, tries) => {
        if (tries === 0) log.warn({ err }, 'the checkpoint could not be fetched; it is tried again')
      }
    })
  } catch (err) {
    if (!(err instanceof TransferError)) throw err
    log.error({ err, step: checkpoint.step }, 'a stored checkpoint is damaged')
    say(`The checkpoint of step ${checkpoint.step} is damaged; training starts from the beginning.`)
    await rm(path, { force: true })
    return null
  }
}
