import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { useUrlFilter } from '../../ui/use-url-filter.ts'
import { type LogFilter, readLogFilter, writeLogFilter } from './log-filter.ts'

/** Which lines are shown, kept in the address. The text filters as it is typed; its address follows. */
export function useLogFilter() {
  const { typed, setTyped } = useUrlFilter('line')
  const [params, setParams] = useSearchParams()
  const { level, stream } = readLogFilter(params)
  const filter = useMemo<LogFilter>(() => ({ text: typed, level, stream }), [typed, level, stream])
  const change = useCallback(
    (changes: Partial<LogFilter>) =>
      setParams((now) => writeLogFilter(now, changes), { replace: true, preventScrollReset: true }),
    [setParams]
  )
  const clear = () => {
    setTyped('')
    change({ text: '', level: 'all', stream: 'all' })
  }
  return { filter, setText: setTyped, change, clear }
}
