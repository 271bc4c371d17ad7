import type { ServerMessage } from '@trainyard/contracts/live'
import type { WebSocket } from 'ws'
import { createBacklog } from './backlog.ts'
import { type DatasetFrame, encode, type Frame } from './frame.ts'
import type { LiveLimits } from './limits.ts'

export type Outbox = ReturnType<typeof createOutbox>
type Limits = Pick<LiveLimits, 'highWater' | 'lowWater' | 'backlogBytes' | 'stuckBytes' | 'stuckMs'>

/**
 * The way out to one client. A client that reads gets every frame at once. Once it has `highWater` unsent bytes, frames
 * are merged in a backlog until it has read most of them; a slow client costs no more than that and holds up nobody.
 */
export function createOutbox(ws: WebSocket, limits: Limits) {
  const backlog = createBacklog(limits.backlogBytes)
  let blockedAt: number | undefined
  let waiting: (() => void)[] = []

  /** Runs whenever the kernel took something over, and once more with an error when the socket is closed. */
  const onWritten = () => {
    if (blockedAt !== undefined && ws.bufferedAmount <= limits.lowWater) flush()
  }

  const write = (bytes: Buffer) => ws.send(bytes, { binary: false }, onWritten)

  function flush() {
    while (ws.bufferedAmount <= limits.highWater) {
      const bytes = backlog.take()
      if (!bytes) {
        blockedAt = undefined
        return wake()
      }
      write(bytes)
    }
  }

  function wake() {
    const woken = waiting
    waiting = []
    for (const resume of woken) resume()
  }

  function send(bytes: Buffer, later: () => void) {
    if (ws.readyState !== ws.OPEN) return
    if (blockedAt === undefined && ws.bufferedAmount > limits.highWater) blockedAt = performance.now()
    if (blockedAt === undefined) write(bytes)
    else later()
  }

  return {
    reply(message: ServerMessage) {
      const bytes = encode(message)
      send(bytes, () => backlog.reply(bytes))
    },
    job: (frame: Frame) => send(frame.bytes, () => backlog.job(frame)),
    feed: (frame: Frame | DatasetFrame) => send(frame.bytes, () => backlog.feed(frame)),
    forget: (jobId: string) => backlog.forget(jobId),
    /** Resolves when the client has read enough to be sent more; at once as a rule. */
    room: () =>
      blockedAt === undefined && ws.bufferedAmount <= limits.highWater
        ? undefined
        : new Promise<void>((resume) => {
            blockedAt ??= performance.now()
            waiting.push(resume)
          }),
    /** The client does not read, and waiting longer would only cost memory. */
    isStuck: () =>
      ws.bufferedAmount + backlog.bytes() > limits.stuckBytes ||
      (blockedAt !== undefined && performance.now() - blockedAt > limits.stuckMs),
    /** The socket is gone; whoever waits for room finds that out. */
    close: wake
  }
}
