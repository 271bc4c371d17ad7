import type { DatasetStatus } from '@trainyard/contracts/dataset'
import type { JobState } from '@trainyard/contracts/training'
import {
  CircleCheck,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Play,
  Square,
  SquareDot
} from 'lucide-react'
import { cx } from './cx.ts'

export type State = JobState | DatasetStatus
type Look = { word: string; icon: LucideIcon; colours: string }

const QUEUED = 'text-queued bg-queued-tint'
const RUNNING = 'text-running bg-running-tint'
const GOOD = 'text-succeeded bg-succeeded-tint'
const BAD = 'text-failed bg-failed-tint'

/** Icon and word carry the meaning; colours only help, because some of them look alike to some people. */
export const STATES: Record<State, Look> = {
  queued: { word: 'Queued', icon: Clock, colours: QUEUED },
  running: { word: 'Running', icon: Play, colours: RUNNING },
  stopping: { word: 'Stopping', icon: SquareDot, colours: 'text-stopping bg-stopping-tint' },
  succeeded: { word: 'Succeeded', icon: CircleCheck, colours: GOOD },
  failed: { word: 'Failed', icon: CircleX, colours: BAD },
  stopped: { word: 'Stopped', icon: Square, colours: 'text-stopped bg-stopped-tint' },
  uploading: { word: 'Uploading', icon: LoaderCircle, colours: QUEUED },
  profiling: { word: 'Profiling', icon: LoaderCircle, colours: RUNNING },
  ready: { word: 'Ready', icon: CircleCheck, colours: GOOD },
  invalid: { word: 'Invalid', icon: CircleX, colours: BAD }
}

export function StateBadge({ state, className }: { state: State; className?: string }) {
  const { word, icon: Icon, colours } = STATES[state]
  return (
    <span
      data-state={state}
      className={cx(
        'inline-flex h-6 shrink-0 items-center gap-1.5 rounded-md px-2 text-xs font-semibold whitespace-nowrap forced-colors:border',
        colours,
        className
      )}
    >
      <Icon aria-hidden="true" className="size-3.5" />
      {word}
    </span>
  )
}
