import { type Static, Type } from 'typebox'
import { Closed, Page, PageQuery, Timestamp } from './common.ts'
import { Count } from './training-count.ts'

export const EventsQuery = Closed({
  after: Type.Optional(
    Type.Integer({ ...Count, default: 0, description: 'A seq; events after it are listed.' })
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 1_000 })),
  cursor: PageQuery.cursor
})
export type EventsQuery = Static<typeof EventsQuery>
export const LogsQuery = Closed({
  after: Type.Optional(Type.Integer(Count)),
  before: Type.Optional(Type.Integer({ ...Count, minimum: 1 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
  cursor: PageQuery.cursor
})
export type LogsQuery = Static<typeof LogsQuery>
export const LogLine = Type.Object({
  n: Type.Integer(),
  at: Timestamp,
  stream: Type.Enum(['stdout', 'stderr', 'trainer', 'platform']),
  line: Type.String()
})
export type LogLine = Static<typeof LogLine>
export const LogPage = Page(LogLine)
