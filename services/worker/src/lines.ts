/** A line without its newline. Of one that is too long, `bytes` is the start, `tail` the end, `dropped` the rest. */
export type Line = { bytes: Buffer; tail: Buffer; dropped: number }

const TAIL_BYTES = 256

/**
 * Splits a byte stream into lines and holds at most `limit` bytes of one, however long it gets. The end of a long
 * line is kept, since the host's closing mark may follow a line that its writer never finished.
 */
export function lineSplitter(limit: number, onLine: (line: Line) => void) {
  let held: Buffer[] = []
  let heldBytes = 0
  let tail = Buffer.alloc(0)
  let dropped = 0
  const keep = (part: Buffer) => {
    const room = limit - heldBytes
    if (part.length <= room) {
      if (part.length > 0) held.push(part)
      heldBytes += part.length
      return
    }
    if (room > 0) held.push(part.subarray(0, room))
    heldBytes = limit
    dropped += part.length - Math.max(room, 0)
    tail = Buffer.concat([tail, part.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES)
  }
  return (chunk: Buffer) => {
    for (let start = 0; ; ) {
      const end = chunk.indexOf(10, start)
      if (end === -1) {
        // A copy: what is left of a chunk must not keep the whole of it alive.
        keep(Buffer.from(chunk.subarray(start)))
        return
      }
      keep(chunk.subarray(start, end))
      const bytes = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
      onLine({ bytes, tail: dropped > 0 ? tail : bytes.subarray(-TAIL_BYTES), dropped })
      held = []
      heldBytes = 0
      tail = Buffer.alloc(0)
      dropped = 0
      start = end + 1
    }
  }
}
