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
