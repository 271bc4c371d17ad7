import type { FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { UrlsReply } from '@trainyard/contracts/internal'
import { fail } from '@trainyard/service-kit/errors'
import type { Logger } from '@trainyard/service-kit/log'
import { persist } from './backoff.ts'
import type { Lease } from './lease.ts'
import { isPassing } from './platform-api.ts'
import { type Digests, TransferError, type Transfers } from './transfer.ts'

export type Upload = { name: string; file: FileHandle; digests: Digests }
export type Uploaded = { name: string; key: string } & Digests
type Kind = 'artifact' | 'checkpoint'
export type Want = { kind: Kind; name: string; bytes: number; md5: string }

type Options = {
  askUrls: (want: Want[]) => Promise<UrlsReply>
  transfers: Transfers
  lease: Lease
  /** Aborted when the attempt is lost, or its time is over. */
  signal: AbortSignal
  log: Logger
}

const AT_ONCE = 4

/**
 * Puts files into the object store and repeats that until they are there: only the end of the attempt ends it. A
 * URL is used once; each further try asks for a new one.
 */
export function createUploads({ askUrls, transfers, lease, signal, log }: Options) {
  const retried = {
    signal,
    passing: (err: unknown) => err instanceof TransferError || isPassing(err),
    onWait: (err: unknown, tries: number) => {
      if (tries === 0) log.warn({ err }, 'an upload did not go through; it is repeated')
    }
  }

  async function one(kind: Kind, { name, file, digests }: Upload): Promise<Uploaded> {
    const { bytes, md5 } = digests
    const key = await persist(async () => {
      await untilPublishable(lease, signal)
      const [target] = (await askUrls([{ kind, name, bytes, md5 }])).urls
      if (!target?.key) throw fail('UNAVAILABLE', { message: 'no URL came for an upload' })
      await transfers.put(target.url, target.headers, file, bytes, signal)
      return target.key
    }, retried)
    return { name, key, ...digests }
  }

  return {
    one,
    /** In the order given. */
    all: async (kind: Kind, files: Upload[]) => {
      const uploaded: Uploaded[] = []
      for (let i = 0; i < files.length; i += AT_ONCE) {
        const group = files.slice(i, i + AT_ONCE).map((file) => one(kind, file))
        uploaded.push(...(await Promise.all(group)))
      }
      return uploaded
    }
  }
}
export type Uploads = ReturnType<typeof createUploads>

/** Late in the lease nothing is published: wait until it is renewed. */
export async function untilPublishable(lease: Lease, signal: AbortSignal) {
  while (!lease.publishable()) await sleep(100, undefined, { signal })
}
