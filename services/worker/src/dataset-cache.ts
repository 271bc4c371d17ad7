import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@trainyard/service-kit/log'
import { persist } from './backoff.ts'
import { digest, type Expected, TransferError, type Transfers } from './transfer.ts'

export type Source = {
  /** Gives a presigned URL; asked again when one has expired. */
  url: () => Promise<string>
  /** Whether asking may work later. */
  passing: (err: unknown) => boolean
  onDownload: () => void
  onTrouble: (err: unknown) => void
  signal: AbortSignal
}
export type CachedFile = { path: string; release: () => void }

type Entry = { bytes: number; users: number; usedAt: number; mark: string | null }
type Download = { waiting: Set<Source>; stop: AbortController; done: Promise<void> }

type Options = { folder: string; limitBytes: number; transfers: Transfers; log: Logger; clock: () => number }

/** A download whose bytes are wrong is tried this often: a third time says that the stored object is. */
const DAMAGED_TRIES = 3

/**
 * Datasets by SHA-256. A file is checked once and then known by its size, inode and change time: one that was
 * touched is checked again. Bounded: the files used longest ago go first, a file in use never does (so a dataset
 * larger than the limit can still be trained on). Requests for one file share one download.
 */
export function datasetCache({ folder, limitBytes, transfers, log, clock }: Options) {
  const entries = new Map<string, Entry>()
  const downloads = new Map<string, Download>()
  const pathOf = (sha256: string) => join(folder, sha256)

  async function start() {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const found: { name: string; bytes: number; at: number }[] = []
    for (const name of await readdir(folder)) {
      if (!/^[0-9a-f]{64}$/.test(name)) {
        await rm(join(folder, name), { recursive: true, force: true })
        continue
      }
      const { size, mtimeMs } = await stat(pathOf(name))
      found.push({ name, bytes: size, at: mtimeMs })
    }
    found.sort((a, b) => a.at - b.at)
    // Not older than anything this process will use; in the order of the last use before.
    for (const [i, { name, bytes }] of found.entries()) {
      entries.set(name, { bytes, users: 0, usedAt: i - found.length, mark: null })
    }
    await evict(0)
  }

  async function acquire(expected: Expected, source: Source): Promise<CachedFile> {
    const { sha256 } = expected
    for (;;) {
      source.signal.throwIfAborted()
      const entry = entries.get(sha256)
      if (!entry) {
        await fetchShared(expected, source)
        continue
      }
      // Taken before the check, so that nobody evicts it meanwhile.
      entry.users++
      entry.usedAt = clock()
      if (await isSound(sha256, entry, expected)) return { path: pathOf(sha256), release: releaseOnce(entry) }
      entry.users--
      if (entries.get(sha256) === entry) {
        log.error({ sha256 }, 'a cached file is damaged; it is fetched again')
        entries.delete(sha256)
        await rm(pathOf(sha256), { force: true })
      }
    }
  }

  function releaseOnce(entry: Entry) {
    let released = false
    return () => {
      if (released) return
      released = true
      entry.users--
      entry.usedAt = clock()
      void evict(0).catch((err: unknown) => log.warn({ err }, 'the cache could not be trimmed'))
    }
  }

  async function isSound(sha256: string, entry: Entry, expected: Expected) {
    const facts = await markOf(pathOf(sha256))
    if (!facts || facts.size !== BigInt(expected.bytes)) return false
    if (facts.mark === entry.mark) return true
    const file = await open(pathOf(sha256))
    try {
      if ((await digest(file)).sha256 !== sha256) return false
    } finally {
      await file.close()
    }
    // The time of use, for the order after a restart; it changes the mark, so the mark is taken after it.
    await utimes(pathOf(sha256), new Date(), new Date())
    entry.mark = (await markOf(pathOf(sha256)))?.mark ?? null
    return true
  }

  /** Joins the download of this file or starts it. It ends when nobody waits for it any more. */
  async function fetchShared(expected: Expected, source: Source) {
    const { sha256 } = expected
    let download = downloads.get(sha256)
    if (!download) {
      download = { waiting: new Set(), stop: new AbortController(), done: Promise.resolve() }
      downloads.set(sha256, download)
      download.waiting.add(source)
      download.done = fetchFile(expected, download).finally(() => downloads.delete(sha256))
    }
    const joined = download
    joined.waiting.add(source)
    source.onDownload()
    const leave = () => {
      joined.waiting.delete(source)
      if (joined.waiting.size === 0) joined.stop.abort()
    }
    source.signal.addEventListener('abort', leave, { once: true })
    try {
      await Promise.race([joined.done, aborted(source.signal)])
    } finally {
      source.signal.removeEventListener('abort', leave)
      leave()
    }
  }

  async function fetchFile(expected: Expected, download: Download) {
    const part = join(folder, `${expected.sha256}.part`)
    let damaged = 0
    await persist(
      async () => {
        const [source] = download.waiting
        if (!source) return download.stop.signal.throwIfAborted()
        const url = await source.url()
        await evict(expected.bytes)
        const file = await open(part, 'w', 0o600)
        try {
          await transfers.download(url, file, expected, download.stop.signal)
          await file.datasync()
        } finally {
          await file.close()
        }
        await rename(part, pathOf(expected.sha256))
        const mark = (await markOf(pathOf(expected.sha256)))?.mark ?? null
        entries.set(expected.sha256, { bytes: expected.bytes, users: 0, usedAt: clock(), mark })
      },
      {
        signal: download.stop.signal,
        passing: (err) => {
          if (err instanceof TransferError) return err.kind !== 'damaged' || ++damaged < DAMAGED_TRIES
          const [source] = download.waiting
          return isFileTrouble(err) || (source?.passing(err) ?? false)
        },
        onWait: (err) => {
          for (const source of download.waiting) source.onTrouble(err)
        }
      }
    ).finally(() => rm(part, { force: true }))
  }

  /** Makes room for `bytes` more, as far as files that nobody uses give any. */
  async function evict(bytes: number) {
    let total = bytes
    for (const entry of entries.values()) total += entry.bytes
    const unused = [...entries].filter(([, entry]) => entry.users === 0)
    unused.sort(([, a], [, b]) => a.usedAt - b.usedAt)
    for (const [sha256, entry] of unused) {
      if (total <= limitBytes) return
      entries.delete(sha256)
      total -= entry.bytes
      await rm(pathOf(sha256), { force: true })
    }
  }

  return {
    start,
    acquire,
    bytes: () => [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }
}
export type DatasetCache = ReturnType<typeof datasetCache>

/** What changes when a file is touched. Undefined when there is no file. */
async function markOf(path: string) {
  try {
    const { size, ino, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return { size, mark: `${size}:${ino}:${mtimeNs}:${ctimeNs}` }
  } catch (err) {
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return undefined
    throw err
  }
}

/** A full or failing disk may be mended while the attempt waits. */
const isFileTrouble = (err: unknown) =>
  err instanceof Error && 'code' in err && ['ENOSPC', 'EDQUOT', 'EIO'].includes(String(err.code))

const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
