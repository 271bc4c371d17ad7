import type { Readable } from 'node:stream'
import { MAX_EVENT_BYTES, TrainerEvent } from '@trainyard/contracts/trainer-events'
import { Compile } from 'typebox/compile'
import { type Line, lineSplitter } from './lines.ts'

export type PipeListener = {
  event: (event: TrainerEvent) => void
  /** A line of the child's stdout or stderr, or a line on the event channel that is no event. */
  output: (line: string, source: 'logs' | 'events') => void
}

/** Longest log line that travels on. */
const LOG_LINE_BYTES = 8_192
/** Events a second that are read; a trainer sends a few hundred at the most. Results and checkpoints always are. */
const EVENTS_PER_SECOND = 2_000
const EVENTS_BURST = 10_000
const KEPT_MARKS = 64

const event = Compile(TrainerEvent)
const eventMark = /\{"type": ?"exited", ?"nonce": ?"([\w-]{1,128})"\}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the host's mark starts with NUL because no text does
const logMark = /\u0000exited ([\w-]{1,128})$/

/**
 * One slot's two pipes. They are always read, whoever listens, so that a trainer never waits for the network or
 * for us; and a chunk a turn of the event loop, so that a flood of output never keeps a heartbeat waiting.
 */
export function slotPipes(events: Readable, logs: Readable, clock: () => number) {
  let listener: PipeListener | null = null
  const eventMarks = marks()
  const logMarks = marks()
  const allow = budget(clock)

  const onEventLine = (line: Line) => {
    const nonce = eventMark.exec(line.tail.toString('latin1'))?.[1]
    if (nonce) return eventMarks.saw(nonce)
    if (!listener || (!allow() && !isWeighty(line.bytes))) return
    const parsed = line.dropped > 0 ? undefined : parse(line.bytes)
    if (parsed) listener.event(parsed)
    else listener.output(text(line), 'events')
  }
  const onLogLine = (line: Line) => {
    const nonce = logMark.exec(line.tail.toString('latin1'))?.[1]
    if (nonce) return logMarks.saw(nonce)
    listener?.output(text(line), 'logs')
  }
  drain(events, lineSplitter(MAX_EVENT_BYTES, onEventLine))
  drain(logs, lineSplitter(LOG_LINE_BYTES, onLogLine))

  return {
    listen: (to: PipeListener | null) => {
      listener = to
    },
    /** Resolves once both pipes were read up to the host's mark `nonce`: nothing of that child can follow. */
    closedBy: async (nonce: string) => {
      await Promise.all([eventMarks.wait(nonce), logMarks.wait(nonce)])
    }
  }
}

function drain(stream: Readable, take: (chunk: Buffer) => void) {
  stream.on('data', (chunk: Buffer) => {
    stream.pause()
    take(chunk)
    setImmediate(() => stream.resume())
  })
  // The host's end: its exit says so by itself.
  stream.on('error', () => stream.destroy())
}

function parse(bytes: Buffer): TrainerEvent | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return event.Check(value) ? value : undefined
  } catch {
    // Not JSON: it is shown to the person as the line it is.
    return undefined
  }
}

const isWeighty = (bytes: Buffer) =>
  /"type": ?"(result|checkpoint|phase)"/.test(bytes.toString('latin1', 0, 128))

const text = ({ bytes, dropped }: Line) => {
  const line = bytes.toString('utf8', 0, LOG_LINE_BYTES).replaceAll('\u0000', '\ufffd').trimEnd()
  const hidden = dropped + Math.max(0, bytes.length - LOG_LINE_BYTES)
  return hidden > 0 ? `${line} … (${hidden} more bytes)` : line
}

function budget(clock: () => number) {
  let left = EVENTS_BURST
  let at = clock()
  return () => {
    const now = clock()
    left = Math.min(EVENTS_BURST, left + ((now - at) / 1_000) * EVENTS_PER_SECOND)
    at = now
    if (left < 1) return false
    left--
    return true
  }
}

/** The last marks seen. A child can write marks too, but it cannot know the nonce that is drawn after its death. */
function marks() {
  const seen: string[] = []
  const waiting = new Map<string, () => void>()
  return {
    saw: (nonce: string) => {
      seen.push(nonce)
      if (seen.length > KEPT_MARKS) seen.shift()
      waiting.get(nonce)?.()
    },
    wait: (nonce: string) =>
      new Promise<void>((resolve) => {
        if (seen.includes(nonce)) return resolve()
        waiting.set(nonce, () => {
          waiting.delete(nonce)
          resolve()
        })
      })
  }
}
