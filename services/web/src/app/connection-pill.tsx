import { CircleDot, CloudOff, LoaderCircle, LogOut, type LucideIcon, RefreshCw, Timer } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type Connection, retryConnection, useConnection } from '../live/use-connection.ts'
import { cx } from '../ui/cx.ts'

type Look = { icon: LucideIcon; words: string; colours: string }

const LOOK: Record<Connection['pill'], Look> = {
  connecting: { icon: LoaderCircle, words: 'Connecting', colours: 'text-muted' },
  live: { icon: CircleDot, words: 'Live', colours: 'text-succeeded' },
  reconnecting: { icon: RefreshCw, words: 'Reconnecting', colours: 'text-warning bg-warning-tint' },
  polling: { icon: Timer, words: 'Polling every 5 s', colours: 'text-warning bg-warning-tint' },
  offline: { icon: CloudOff, words: 'Offline', colours: 'text-failed bg-failed-tint' },
  signed_out: { icon: LogOut, words: 'Signed out', colours: 'text-failed bg-failed-tint' }
}

/** Whether what the page shows is from now. */
export function ConnectionPill() {
  const { pill, retryAt } = useConnection()
  const { icon: Icon, words, colours } = LOOK[pill]
  const left = useSecondsUntil(pill === 'reconnecting' ? retryAt : undefined)
  const canTry = pill === 'reconnecting' || pill === 'polling'
  return (
    <div
      data-connection={pill}
      className={cx('flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs font-semibold', colours)}
    >
      <Icon aria-hidden="true" className={cx('size-3.5', pill === 'connecting' && 'animate-spin')} />
      <span role="status">
        {words}
        {/* The seconds are not read out: they change all the time. */}
        {left > 0 && (
          <span aria-hidden="true" className="max-sm:hidden">
            {' '}
            in {left} s
          </span>
        )}
      </span>
      {canTry && (
        <button type="button" onClick={retryConnection} className="min-h-6 underline">
          Try now
        </button>
      )}
    </div>
  )
}

function useSecondsUntil(at: number | undefined): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const count = () => setLeft(at === undefined ? 0 : Math.max(0, Math.ceil((at - Date.now()) / 1_000)))
    count()
    if (at === undefined) return
    const timer = setInterval(count, 250)
    return () => clearInterval(timer)
  }, [at])
  return left
}
