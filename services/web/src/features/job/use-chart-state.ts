import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { type ChartState, readChartState, writeChartState } from './chart-state.ts'

/** The charts' settings, kept in the address; a change replaces the entry, so that "back" leaves the page. */
export function useChartState(): [ChartState, (changes: Partial<ChartState>) => void] {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const state = useMemo(() => readChartState(new URLSearchParams(text)), [text])
  const change = useCallback(
    (changes: Partial<ChartState>) =>
      setParams((now) => writeChartState(now, changes), { replace: true, preventScrollReset: true }),
    [setParams]
  )
  return [state, change]
}
