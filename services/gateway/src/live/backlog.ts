import { type DatasetFrame, type Frame, mergedBytes, resyncFrame, slotOf } from './frame.ts'

/**
 * What waits for a slow client. `group` is a stream whose history may be cut to one `resync`; replies belong to none.
 * `fromSeq` is set where the stream promises no gaps.
 */
type Entry = { group?: string; slot?: string; frame?: Frame; bytes: Buffer }
type Stream = {
  jobId: string
  /** The first event that is still to be sent. */
  next: number
  newest: number
  /** Counts what is never merged away: merging does not reach across it, so that order is kept. */
  run: number
  gapless: boolean
}
export type Backlog = ReturnType<typeof createBacklog>

/**
 * Frames in sending order, where progress and metrics replace older ones that say the same, so that it stays small
 * however long the client does not read. Beyond `limitBytes` the history of every job becomes one `resync`.
 */
export function createBacklog(limitBytes: number) {
  const entries = new Map<string, Entry>()
  const streams = new Map<string, Stream>()
  let bytes = 0
  let counter = 0

  function put(key: string, entry: Entry) {
    remove(key)
    entries.set(key, entry)
    bytes += entry.bytes.length
  }
  function remove(key: string) {
    const old = entries.get(key)
    if (!old) return
    entries.delete(key)
    bytes -= old.bytes.length
  }
  function removeGroup(group: string) {
    for (const [key, entry] of entries) if (entry.group === group) remove(key)
  }

  function toResync(group: string, stream: Stream) {
    removeGroup(group)
    const frame = resyncFrame(stream.jobId, stream.newest)
    stream.next = stream.newest + 1
    stream.run += 1
    put(`${group} resync`, { group, frame, bytes: frame.bytes })
  }

  function job(frame: Frame, gapless: boolean) {
    const group = `${gapless ? 'job' : 'feed'} ${frame.jobId}`
    const { jobId, seq } = frame
    const stream = streams.get(group) ?? { jobId, next: seq, newest: seq, run: 0, gapless }
    streams.set(group, stream)
    stream.newest = Math.max(stream.newest, seq)
    if (frame.kind === 'resync') return toResync(group, stream)
    const slot = slotOf(frame.update)
    if (slot === undefined) stream.run += 1
    const key = `${group} ${stream.run} ${slot ?? seq}`
    put(key, { group, slot, frame, bytes: frame.bytes })
    if (slot === undefined) stream.run += 1
    if (bytes <= limitBytes) return
    for (const [name, each] of streams) if (each.next <= each.newest) toResync(name, each)
  }

  /** What goes over the wire for an entry that is sent now. */
  function finished({ group, frame, bytes: plain }: Entry): Buffer {
    const stream = group === undefined ? undefined : streams.get(group)
    if (!stream || !frame) return plain
    const from = stream.next
    stream.next = frame.seq + 1
    if (!stream.gapless || frame.kind === 'resync' || from >= frame.seq) return plain
    return mergedBytes(frame.update, from)
  }

  return {
    reply: (message: Buffer) => put(`reply ${counter++}`, { bytes: message }),
    /** An event of a subscribed job: its stream has no gaps. */
    job: (frame: Frame) => job(frame, true),
    /** An event on the user feed, which has gaps. */
    feed(frame: Frame | DatasetFrame) {
      if (frame.kind === 'dataset') put(`dataset ${frame.datasetId}`, { bytes: frame.bytes })
      else job(frame, false)
    },
    /** Nothing of this job's stream is sent any more. */
    forget(jobId: string) {
      removeGroup(`job ${jobId}`)
      streams.delete(`job ${jobId}`)
    },
    /** The next frame to send, or undefined when there is none. */
    take(): Buffer | undefined {
      const [first] = entries
      if (!first) {
        streams.clear()
        return undefined
      }
      const [key, entry] = first
      const out = finished(entry)
      remove(key)
      return out
    },
    isEmpty: () => entries.size === 0,
    bytes: () => bytes
  }
}
