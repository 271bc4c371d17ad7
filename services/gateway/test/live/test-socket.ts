import { once } from 'node:events'
import type { JobUpdate, ServerMessage } from '@trainyard/contracts/live'
import { eventually } from '@trainyard/testing/eventually'
import type { TestContext } from '@trainyard/testing/test-context'
import { type ClientOptions, WebSocket } from 'ws'

export type TestSocket = Awaited<ReturnType<typeof openSocket>>
type Kind = ServerMessage['type']

/** A plain WebSocket that remembers what it got. */
export async function openSocket(
  t: TestContext,
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {}
) {
  const ws = new WebSocket(url, protocols, options)
  const messages: ServerMessage[] = []
  ws.on('message', (data) => messages.push(JSON.parse(String(data))))
  ws.on('error', () => undefined)
  const closed = new Promise<{ code: number; reason: string }>((done) => {
    ws.once('close', (code, reason) => done({ code, reason: String(reason) }))
  })
  t.teardown(() => ws.terminate())
  await Promise.race([
    once(ws, 'open'),
    closed.then(() => {
      throw new Error('closed before it was open')
    })
  ])
  const of = <K extends Kind>(type: K) =>
    messages.filter((message): message is Extract<ServerMessage, { type: K }> => message.type === type)
  return {
    ws,
    messages,
    closed,
    of,
    send: (message: unknown) => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The `count`th message of a type, waited for. */
    next: <K extends Kind>(type: K, count = 1, limitMs = 5_000) =>
      eventually(() => of(type)[count - 1], limitMs),
    updates: (jobId: string): JobUpdate[] => of('job_update').filter((update) => update.job_id === jobId)
  }
}

/** The status with which an upgrade is refused; undefined when it is not. */
export function refusedUpgrade(url: string, protocols: string[] = [], options: ClientOptions = {}) {
  return new Promise<number | undefined>((done) => {
    const ws = new WebSocket(url, protocols, options)
    ws.on('error', () => undefined)
    ws.once('unexpected-response', (_request, response) => {
      response.resume()
      done(response.statusCode)
    })
    ws.once('open', () => {
      ws.terminate()
      done(undefined)
    })
  })
}

/** Follows the rule that clients follow; says what is wrong with a stream that begins after `last`. */
export function faultOf(messages: ServerMessage[], jobId: string, since: number): string | undefined {
  let last = since
  for (const message of messages) {
    if (message.type === 'resync' && message.job_id === jobId) last = message.seq
    if (message.type !== 'job_update' || message.job_id !== jobId) continue
    if ((message.from_seq ?? message.seq) !== last + 1) {
      return `after ${last} came ${message.from_seq ?? message.seq}–${message.seq}`
    }
    last = message.seq
  }
  return undefined
}
