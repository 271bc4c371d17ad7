import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { TrainerEvent } from '@trainyard/contracts/trainer-events'
import type { Logger } from '@trainyard/service-kit/log'
import { openInside } from './scratch.ts'
import { digest } from './transfer.ts'
import type { Uploaded, Uploads } from './uploads.ts'

export type CheckpointEvent = Extract<TrainerEvent, { type: 'checkpoint' }>
type Waiting = { event: CheckpointEvent; file: FileHandle }

type Options = {
  out: string
  limitBytes: number
  uploads: Uploads
  commit: (step: number, uploaded: Uploaded) => Promise<void>
  /** A line for the person. */
  say: (line: string) => void
  signal: AbortSignal
  log: Logger
}

/**
 * Uploads the newest checkpoint; the next upload starts when the last one ended, and what was overtaken meanwhile
 * is left out. A file is opened when it is announced, so that the trainer may remove its name.
 */
export function checkpointUploads({ out, limitBytes, uploads, commit, say, signal, log }: Options) {
  let newest = -1
  let waiting: Waiting | null = null
  let running: Promise<void> | null = null
  const opening = new Set<Promise<void>>()

  async function take(event: CheckpointEvent) {
    const file = await openInside(out, event.path, limitBytes)
    if (event.step < newest) return file.close()
    newest = event.step
    const overtaken = waiting
    waiting = { event, file }
    await overtaken?.file.close()
    next()
  }

  function next() {
    if (running || !waiting || signal.aborted) return
    const { event, file } = waiting
    waiting = null
    running = upload(event, file)
      .catch((err: unknown) => {
        if (!signal.aborted) log.error({ err, step: event.step }, 'a checkpoint could not be kept')
      })
      .finally(async () => {
        running = null
        next()
      })
  }

  async function upload(event: CheckpointEvent, file: FileHandle) {
    try {
      const digests = await digest(file, signal)
      if (digests.sha256 !== event.sha256) {
        return say(`The checkpoint of step ${event.step} is not what its trainer announced; it is not kept.`)
      }
      const uploaded = await uploads.one('checkpoint', { name: basename(event.path), file, digests })
      await commit(event.step, uploaded)
    } finally {
      await file.close()
    }
  }

  return {
    offer: (event: CheckpointEvent) => {
      const taken = take(event)
        .catch((err: unknown) => {
          log.warn({ err }, 'a checkpoint was refused')
          say(`A checkpoint was not kept: ${err instanceof Error ? err.message : 'it cannot be read'}.`)
        })
        .finally(() => opening.delete(taken))
      opening.add(taken)
    },
    /** Resolves when the newest one is committed, or could not be. */
    settle: async () => {
      while (opening.size > 0 || running) await Promise.all([...opening, running])
    },
    /** Lets go of a file that will not be uploaded any more. */
    close: async () => {
      await Promise.all([...opening, running])
      await waiting?.file.close()
      waiting = null
    }
  }
}
