import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'

const WAIT_MS = 200

/**
 * A text filter that lives in the address under `key`. Gives what is typed, at once, and `settled`, what the address
 * says: that follows when typing pauses, so that not every letter asks the server.
 */
export function useUrlFilter(key: string) {
  const [params, setParams] = useSearchParams()
  const settled = params.get(key) ?? ''
  const [typed, setTyped] = useState(settled)
  const [from, setFrom] = useState(settled)
  // The address changed otherwise: back, or a cleared filter.
  if (from !== settled) {
    setFrom(settled)
    setTyped(settled)
  }
  useEffect(() => {
    if (typed === settled) return
    const timer = setTimeout(() => {
      setParams(
        (now) => {
          const next = new URLSearchParams(now)
          if (typed === '') next.delete(key)
          else next.set(key, typed)
          return next
        },
        { replace: true, preventScrollReset: true }
      )
    }, WAIT_MS)
    return () => clearTimeout(timer)
  }, [typed, settled, key, setParams])
  return { typed, setTyped, settled }
}
