import type { LogLine } from '../../live/log-store.ts'

export type Level = 'error' | 'warning' | 'info'
export type LogFilter = { text: string; level: 'all' | Level; stream: 'all' | 'program' | 'platform' }

/** A line carries no level of its own: how lines of Python and its libraries begin tells it. */
export function levelOf({ line }: Pick<LogLine, 'line'>): Level {
  if (/^\s*(Traceback \(most recent call last\)|\w*(Error|Exception)\b|(FATAL|CRITICAL|ERROR)\b)/.test(line))
    return 'error'
  if (/\b(error|fatal)\s*[:\]]/i.test(line.slice(0, 200))) return 'error'
  if (/warn(ing)?\b/i.test(line.slice(0, 200))) return 'warning'
  return 'info'
}

const LEVELS = ['warning', 'error'] as const
const STREAMS = ['program', 'platform'] as const

/** What the address says of the lines; what it says wrongly is as if it said nothing. */
export function readLogFilter(params: URLSearchParams): LogFilter {
  return {
    text: params.get('line') ?? '',
    level: LEVELS.find((level) => level === params.get('level')) ?? 'all',
    stream: STREAMS.find((stream) => stream === params.get('source')) ?? 'all'
  }
}

/** The address with other filters; what is everything needs no word in it. */
export function writeLogFilter(params: URLSearchParams, changes: Partial<LogFilter>): URLSearchParams {
  const { text, level, stream } = { ...readLogFilter(params), ...changes }
  const next = new URLSearchParams(params)
  const put = (key: string, value: string) => (value === '' ? next.delete(key) : next.set(key, value))
  put('line', text)
  put('level', level === 'all' ? '' : level)
  put('source', stream === 'all' ? '' : stream)
  return next
}

const RANK: Record<LogFilter['level'], number> = { all: 0, info: 0, warning: 1, error: 2 }

/** Lines that hold the text, in any case, at this level or above, from there. */
export function filtered(lines: readonly LogLine[], filter: LogFilter): readonly LogLine[] {
  const text = filter.text.toLowerCase()
  if (text === '' && filter.level === 'all' && filter.stream === 'all') return lines
  return lines.filter((line) => {
    if (filter.stream !== 'all' && (line.stream === 'platform') !== (filter.stream === 'platform'))
      return false
    if (text !== '' && !line.line.toLowerCase().includes(text)) return false
    return RANK[levelOf(line)] >= RANK[filter.level]
  })
}
