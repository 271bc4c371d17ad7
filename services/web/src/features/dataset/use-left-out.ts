import { useMemo } from 'react'
import { useSearchParams } from 'react-router'

/** The columns that a training will leave out. They stand in the address, so that a reload keeps them. */
export function useLeftOut() {
  const [params, setParams] = useSearchParams()
  const text = JSON.stringify(params.getAll('leave'))
  const left = useMemo(() => new Set<string>(JSON.parse(text)), [text])
  function toggle(column: string) {
    setParams(
      (now) => {
        const next = new URLSearchParams(now)
        const kept = now.getAll('leave').filter((name) => name !== column)
        const added = kept.length === now.getAll('leave').length ? [column] : []
        next.delete('leave')
        for (const name of [...kept, ...added]) next.append('leave', name)
        return next
      },
      { replace: true, preventScrollReset: true }
    )
  }
  return { left, toggle }
}
