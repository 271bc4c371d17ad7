import type { JobUpdate, ServerMessage } from '@trainyard/contracts/live'

export type LiveLog = {
  messages: ServerMessage[]
  updates: JobUpdate[]
  send: (message: object) => void
  close: () => void
  /** Resolves with the close code. */
  closed: Promise<number>
}

/**
 * A bare socket that keeps everything it is sent. No client library: it would mend the gaps and repeats that
 * tests look for.
 */
export async function liveLog(url: string, token: string): Promise<LiveLog> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`)
  const messages: ServerMessage[] = []
  const updates: JobUpdate[] = []
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as ServerMessage
    messages.push(message)
    if (message.type === 'job_update') updates.push(message)
  })
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener('close', ({ code }) => resolve(code))
  )
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('the socket did not open')))
  })
  const send = (message: object) => socket.send(JSON.stringify(message))
  send({ type: 'authenticate', token })
  return { messages, updates, send, close: () => socket.close(), closed }
}

/** The first place where a frame does not follow on the one before, as a sentence; undefined when there is none. */
export function gap(updates: JobUpdate[], since = 0): string | undefined {
  let last = since
  for (const { seq, from_seq: from = seq } of updates) {
    if (from !== last + 1) return `after ${last} came ${from === seq ? seq : `${from}…${seq}`}`
    last = seq
  }
  return undefined
}
