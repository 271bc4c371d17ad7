import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { client } from '../../api/client.ts'
import type { JobSession } from '../../live/job-session.ts'
import type { LogLine } from '../../live/log-store.ts'

export type Logs = {
  lines: readonly LogLine[]
  status: 'loading' | 'ready'
  error: unknown
  hasOlder: boolean
  loadOlder: () => void
  reload: () => void
}

const PAGE = 1_000

/** The session's lines, begun with the newest page; older ones come when they are asked for. */
export function useLogs({ jobId, logs }: JobSession): Logs {
  const lines = useSyncExternalStore(logs.subscribe, logs.lines)
  const [status, setStatus] = useState<Logs['status']>('loading')
  const [error, setError] = useState<unknown>()
  const [hasOlder, setHasOlder] = useState(false)
  const busy = useRef(false)

  const read = useCallback(
    async (before: number) => {
      if (busy.current) return
      busy.current = true
      setStatus('loading')
      setError(undefined)
      try {
        const page = await client.training.logs(jobId, { before, limit: PAGE })
        logs.addPage(page.items)
        setHasOlder(page.next_cursor !== null && !logs.isFull())
        logs.notify()
      } catch (failure) {
        setError(failure)
      } finally {
        busy.current = false
        setStatus('ready')
      }
    },
    [jobId, logs]
  )
  useEffect(() => void read(Number.MAX_SAFE_INTEGER), [read])

  return {
    lines,
    status,
    error,
    hasOlder,
    loadOlder: () => void read(logs.lines()[0]?.n ?? Number.MAX_SAFE_INTEGER),
    reload: () => void read(Number.MAX_SAFE_INTEGER)
  }
}
