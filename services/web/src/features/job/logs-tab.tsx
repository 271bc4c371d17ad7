import type { Job } from '@trainyard/contracts/training'
import { ScrollText } from 'lucide-react'
import { useMemo, useState } from 'react'
import { counted, integer } from '../../format/numbers.ts'
import type { JobSession } from '../../live/job-session.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { FilterInput } from '../../ui/filter-input.tsx'
import { Select } from '../../ui/select.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { filtered } from './log-filter.ts'
import { LogLines } from './log-lines.tsx'
import { useLogFilter } from './use-log-filter.ts'
import { useLogs } from './use-logs.ts'

const LEVELS = [
  { value: 'all', label: 'All levels' },
  { value: 'warning', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' }
] as const
const STREAMS = [
  { value: 'all', label: 'All sources' },
  { value: 'program', label: 'Training' },
  { value: 'platform', label: 'Platform' }
] as const

/** The job's own output: the last 50,000 lines, following the end until somebody scrolls up. */
export function LogsTab({ job, session }: { job: Job; session: JobSession }) {
  const logs = useLogs(session)
  const [filter, change] = useLogFilter()
  const [follow, setFollow] = useState(true)
  const [wrap, setWrap] = useState(true)
  const [relative, setRelative] = useState(false)
  const shown = useMemo(() => filtered(logs.lines, filter), [logs.lines, filter])
  useKeys({ f: () => setFollow(!follow) })
  const isFiltered = shown.length !== logs.lines.length

  if (logs.status === 'loading' && logs.lines.length === 0)
    return <SkeletonRows rows={10} label="Loading the log" />
  return (
    <div className="flex flex-col gap-3">
      {logs.error !== undefined && <ErrorCard error={logs.error} onRetry={logs.reload} />}
      <div className="flex flex-wrap items-center gap-3">
        <div className="w-56">
          <FilterInput label="Filter the lines" value={filter.text} onChange={(text) => change({ text })} />
        </div>
        <Select
          aria-label="Level"
          value={filter.level}
          options={LEVELS}
          onChange={(level) => change({ level })}
          className="w-44"
        />
        <Select
          aria-label="Source"
          value={filter.stream}
          options={STREAMS}
          onChange={(stream) => change({ stream })}
          className="w-36"
        />
        <Toggle on={follow} set={setFollow} label="Follow" />
        <Toggle on={wrap} set={setWrap} label="Wrap" />
        <Toggle on={relative} set={setRelative} label="Relative time" />
        <span className="text-xs text-muted" role="status">
          {isFiltered
            ? `${integer(shown.length)} of ${integer(logs.lines.length)} lines`
            : counted(shown.length, 'line')}
        </span>
        {logs.hasOlder && (
          <Button small busy={logs.status === 'loading'} onClick={logs.loadOlder}>
            Older lines
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <EmptyState
          icon={<ScrollText className="size-8" />}
          title={logs.lines.length === 0 ? 'No lines yet' : 'No line matches'}
          actions={
            logs.lines.length > 0 && (
              <Button onClick={() => change({ text: '', level: 'all', stream: 'all' })}>Clear filters</Button>
            )
          }
        >
          {logs.lines.length === 0 && 'The log opens when a worker takes the job up.'}
        </EmptyState>
      ) : (
        <LogLines
          lines={shown}
          follow={follow}
          onFollow={setFollow}
          wrap={wrap}
          relativeTo={relative ? Date.parse(job.started_at ?? job.created_at) : undefined}
        />
      )}
    </div>
  )
}

type ToggleProps = { on: boolean; set: (on: boolean) => void; label: string }

const Toggle = ({ on, set, label }: ToggleProps) => (
  <label className="flex min-h-8 items-center gap-1.5">
    <input
      type="checkbox"
      checked={on}
      onChange={(event) => set(event.target.checked)}
      className="size-4 accent-accent"
    />
    {label}
  </label>
)
