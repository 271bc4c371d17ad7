import type { Dataset } from '@trainyard/contracts/dataset'
import { type Refusal, refusalByContent, refusalBySize } from './file-check.ts'
import { firstRows } from './first-rows.ts'
import { paceOf, type Sample, withSample } from './rate.ts'
import { readHead } from './read-head.ts'
import type { SendOptions } from './send-file.ts'

export type UploadState =
  | { name: 'checking' }
  | { name: 'refused'; refusal: Refusal }
  | { name: 'waiting' }
  | { name: 'sending'; sent: number; bytesPerSecond: number | undefined; secondsLeft: number | undefined }
  /** Every byte left; the server stores and answers. */
  | { name: 'storing' }
  | { name: 'failed'; error: unknown }
  | { name: 'cancelled' }
  | { name: 'done'; datasetId: string }
export type Upload = {
  readonly key: string
  readonly name: string
  readonly bytes: number
  /** As the browser reads them, plain text; empty until looked at. */
  readonly rows: string[][]
  readonly state: UploadState
}
export type UploadManager = ReturnType<typeof createUploadManager>
type Options = {
  send: (options: Omit<SendOptions, 'token'>) => Promise<Dataset>
  /** Bytes a file may have; rejects when it cannot be learned, and then the server decides. */
  limit: () => Promise<number>
  sized: (bytes: number) => string
  now?: () => number
  /** Told of each dataset that was stored. */
  onStored?: (dataset: Dataset) => void
}
type Item = { upload: Upload; file: File; abort: AbortController; samples: Sample[] }

/** At once; more would only share the same line. */
export const PARALLEL = 2
/** Files in the list; more at a time is a folder dropped by mistake. */
export const MOST = 50

const isOver = ({ state }: Upload) => ['refused', 'failed', 'cancelled', 'done'].includes(state.name)

/**
 * The uploads of this tab. They belong to no page: leaving the route does not stop them. Each goes
 * checking → waiting → sending → storing → done, or ends as refused, failed or cancelled; failed and cancelled ones can
 * be tried again.
 */
export function createUploadManager({
  send,
  limit,
  sized,
  now = () => performance.now(),
  onStored
}: Options) {
  const items = new Map<string, Item>()
  const listeners = new Set<() => void>()
  let list: readonly Upload[] = []
  let count = 0

  function changed() {
    list = [...items.values()].map(({ upload }) => upload)
    for (const listener of [...listeners]) listener()
  }

  function set(item: Item, changes: Partial<Pick<Upload, 'state' | 'rows'>>) {
    item.upload = { ...item.upload, ...changes }
    changed()
  }

  const counted = (name: UploadState['name'][]) =>
    [...items.values()].filter(({ upload }) => name.includes(upload.state.name)).length

  async function check(item: Item) {
    const { file, abort } = item
    const most = await limit().catch(() => undefined)
    const bySize = refusalBySize(file, most, sized)
    if (abort.signal.aborted) return
    if (bySize) return set(item, { state: { name: 'refused', refusal: bySize } })
    try {
      const head = await readHead(file)
      if (abort.signal.aborted) return
      const refusal = refusalByContent(file.name, head.bytes)
      if (refusal) return set(item, { state: { name: 'refused', refusal } })
      set(item, { state: { name: 'waiting' }, rows: firstRows(file.name, head) })
      next()
    } catch (error) {
      // A folder, or a file that was moved or changed since it was chosen.
      if (!abort.signal.aborted) set(item, { state: { name: 'failed', error } })
    }
  }

  function next() {
    for (const item of items.values()) {
      if (counted(['sending', 'storing']) >= PARALLEL) return
      if (item.upload.state.name === 'waiting') void transfer(item)
    }
  }

  function progress(item: Item, sent: number) {
    if (sent >= item.file.size) return set(item, { state: { name: 'storing' } })
    item.samples = withSample(item.samples, { at: now(), sent })
    set(item, { state: { name: 'sending', sent, ...paceOf(item.samples, item.file.size) } })
  }

  async function transfer(item: Item) {
    const { file, abort } = item
    item.samples = [{ at: now(), sent: 0 }]
    set(item, { state: { name: 'sending', sent: 0, bytesPerSecond: undefined, secondsLeft: undefined } })
    try {
      const dataset = await send({
        file,
        signal: abort.signal,
        onProgress: (sent) => {
          if (!abort.signal.aborted) progress(item, sent)
        }
      })
      // Cancelled too late: the file is there, and the person may have started it again.
      if (abort.signal.aborted) return onStored?.(dataset)
      set(item, { state: { name: 'done', datasetId: dataset.id } })
      onStored?.(dataset)
    } catch (error) {
      if (!abort.signal.aborted) set(item, { state: { name: 'failed', error } })
    }
    next()
  }

  return {
    /** Takes files in; gives how many were left out because the list is full. */
    add(files: readonly File[]): number {
      const room = Math.max(0, MOST - items.size)
      const taken = files.slice(0, room)
      const added = taken.map((file) => {
        const key = `upload-${++count}`
        const upload: Upload = {
          key,
          name: file.name,
          bytes: file.size,
          rows: [],
          state: { name: 'checking' }
        }
        const item: Item = { upload, file, abort: new AbortController(), samples: [] }
        items.set(key, item)
        return item
      })
      changed()
      for (const item of added) void check(item)
      return files.length - taken.length
    },
    cancel(key: string) {
      const item = items.get(key)
      if (!item || isOver(item.upload)) return
      item.abort.abort(new DOMException('The upload was cancelled.', 'AbortError'))
      set(item, { state: { name: 'cancelled' } })
      next()
    },
    /** Tries a failed, cancelled or refused file again, from the check on. */
    retry(key: string) {
      const item = items.get(key)
      if (!item || !isOver(item.upload) || item.upload.state.name === 'done') return
      item.abort = new AbortController()
      set(item, { state: { name: 'checking' } })
      void check(item)
    },
    /** Takes one that is over off the list. */
    dismiss(key: string) {
      const item = items.get(key)
      if (!item || !isOver(item.upload)) return
      items.delete(key)
      changed()
    },
    /** Whether leaving the site now would lose bytes. */
    isBusy: () => [...items.values()].some(({ upload }) => !isOver(upload)),
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    snapshot: () => list
  }
}
