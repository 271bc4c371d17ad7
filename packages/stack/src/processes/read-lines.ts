import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Calls `onLine` for each line that a process writes. */
export function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (!stream) return
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine)
}
