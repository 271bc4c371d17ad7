import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { type LogFilter, readLogFilter, writeLogFilter } from './log-filter.ts'

const WAIT_MS = 200
const keyOf = ({ text, level, stream }: LogFilter) => JSON.stringify([text, level, stream])

/**
 * Which lines are shown, kept in the address. It counts at once, and the address follows when nothing has changed for a
 * moment, in one step: of two steps close together the second would undo the first.
 */
export function useLogFilter(): [LogFilter, (changes: Partial<LogFilter>) => void] {
  const [params, setParams] = useSearchParams()
  const said = readLogFilter(params)
  const [filter, setFilter] = useState(said)
  const [seen, setSeen] = useState(keyOf(said))
  const [written, setWritten] = useState<string>()
  // The address changed otherwise: back, or another link. What was written here may be older than what is typed by now.
  if (seen !== keyOf(said)) {
    setSeen(keyOf(said))
    if (keyOf(said) !== written) setFilter(said)
  }
  const isBehind = keyOf(filter) !== keyOf(said)
  useEffect(() => {
    if (!isBehind) return
    const timer = setTimeout(() => {
      setWritten(keyOf(filter))
      setParams((now) => writeLogFilter(now, filter), { replace: true, preventScrollReset: true })
    }, WAIT_MS)
    return () => clearTimeout(timer)
  }, [isBehind, filter, setParams])
  return [filter, (changes) => setFilter((now) => ({ ...now, ...changes }))]
}
