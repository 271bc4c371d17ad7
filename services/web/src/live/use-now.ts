import { useEffect, useState } from 'react'
import { serverClock } from '../api/server-clock.ts'

/** The server's time, in milliseconds, renewed every `everyMs`; it stands still while `everyMs` is undefined. */
export function useServerNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(() => serverClock.now())
  useEffect(() => {
    if (everyMs === undefined) return
    setNow(serverClock.now())
    const timer = setInterval(() => setNow(serverClock.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
