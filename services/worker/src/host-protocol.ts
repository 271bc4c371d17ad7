import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

/** What the warm host answers on its stdout, one JSON object a line. */
export const HostReply = Type.Union([
  Type.Object({
    type: Type.Literal('ready'),
    seconds: Type.Number(),
    pid: Type.Integer(),
    versions: Type.Record(Type.String(), Type.String()),
    catalogue_hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    architectures: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 100 })
  }),
  Type.Object({
    type: Type.Literal('started'),
    id: Type.String(),
    slot: Type.Integer(),
    // Its group is killed: 0 and 1 would mean other groups than that of a child.
    pid: Type.Integer({ minimum: 2 })
  }),
  Type.Object({
    type: Type.Literal('refused'),
    id: Type.Union([Type.String(), Type.Null()]),
    reason: Type.String()
  }),
  Type.Object({
    type: Type.Literal('exited'),
    id: Type.String(),
    slot: Type.Integer(),
    code: Type.Union([Type.Integer(), Type.Null()]),
    signal: Type.Union([Type.String(), Type.Null()]),
    nonce: Type.String(),
    max_rss_bytes: Type.Union([Type.Integer(), Type.Null()]),
    overdue: Type.Boolean()
  }),
  Type.Object({ type: Type.Literal('pong'), n: Type.Integer() })
])
export type HostReply = Static<typeof HostReply>
export type Ready = Extract<HostReply, { type: 'ready' }>

const reply = Compile(HostReply)

/** Undefined for a line that is no reply. */
export function parseReply(line: string): HostReply | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return reply.Check(value) ? value : undefined
  } catch {
    // Not JSON: the caller logs the line.
    return undefined
  }
}

/** `out` is the child's folder, its home and the only place it writes to. Sizes in bytes. */
export type RunCommand = {
  id: string
  slot: number
  verb: 'train' | 'profile'
  spec: string | null
  data: string
  format: string
  gzip: boolean
  out: string
  resume: string | null
  threads: number
  limits: {
    memory_bytes: number | null
    file_bytes: number | null
    seconds: number | null
    inflated_bytes?: number
  }
}

/** How a child ended. `overdue`: the host killed it at its time limit. `hostLost`: its host died, and it with it. */
export type Exit = {
  code: number | null
  signal: string | null
  maxRssBytes: number | null
  overdue: boolean
  hostLost: boolean
}
export type Run = {
  pid: number
  /** KILL goes to the child's whole group. Of a child that is gone nothing is asked. */
  signal: (signal: 'TERM' | 'USR1' | 'KILL') => void
  exited: Promise<Exit>
}
