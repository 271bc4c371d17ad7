import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job, Phase } from '@trainyard/contracts/training'
import { type KeyboardEvent, useId, useState } from 'react'
import { duration } from '../../format/times.ts'
import { useServerNow } from '../../live/use-now.ts'
import { cx } from '../../ui/cx.ts'
import { longestPart, PHASE_WORDS, type TimelineAttempt, timelineOf } from './timeline.ts'

const COLOUR: Record<Phase, string> = {
  queued: 'bg-queued',
  claiming: 'bg-series-7',
  downloading: 'bg-series-5',
  loading: 'bg-series-4',
  first_step: 'bg-series-6',
  training: 'bg-running',
  evaluating: 'bg-series-3',
  uploading: 'bg-series-8'
}

/** Where the seconds went: one bar an attempt; arrow keys read its parts. */
export function TimelineBar({ job, stale }: { job: Job; stale: boolean }) {
  const now = useServerNow(isTerminal(job.state) || stale ? undefined : 1_000)
  const attempts = timelineOf(job, now)
  const longest = longestPart(attempts)
  if (attempts.length === 0 || !longest) return null
  return (
    <section aria-label="Where the time went" className="flex flex-col gap-2">
      <p className="text-xs text-muted">
        Longest: {PHASE_WORDS[longest.phase]}, {duration(longest.seconds)}
      </p>
      {attempts.slice(-8).map((attempt) => (
        <AttemptBar key={attempt.attempt} attempt={attempt} alone={attempts.length === 1} />
      ))}
    </section>
  )
}

function AttemptBar({
  attempt: { attempt, parts, seconds },
  alone
}: {
  attempt: TimelineAttempt
  alone: boolean
}) {
  const [chosen, setChosen] = useState<number>()
  const words = useId()
  const part = chosen === undefined ? undefined : parts[chosen]
  const last = parts.length - 1
  const move = (event: KeyboardEvent) => {
    const next: Record<string, number> = {
      ArrowRight: Math.min(last, (chosen ?? -1) + 1),
      ArrowLeft: Math.max(0, (chosen ?? parts.length) - 1),
      Home: 0,
      End: last
    }
    const index = next[event.key]
    if (index === undefined) return
    event.preventDefault()
    setChosen(index)
  }
  const total = parts
    .map(({ phase, seconds: lasted }) => `${PHASE_WORDS[phase]} ${duration(lasted)}`)
    .join(', ')
  return (
    <div className="flex items-center gap-3">
      {!alone && <span className="w-16 shrink-0 text-xs text-muted">attempt {attempt}</span>}
      <div
        role="slider"
        tabIndex={0}
        aria-label={`Time of attempt ${attempt}, by phase`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={chosen ?? 0}
        aria-valuetext={part ? `${PHASE_WORDS[part.phase]}: ${duration(part.seconds)}` : total}
        aria-describedby={words}
        onKeyDown={move}
        onBlur={() => setChosen(undefined)}
        onPointerLeave={() => setChosen(undefined)}
        className="flex h-3 min-w-0 flex-1 gap-px overflow-hidden rounded-sm"
      >
        {parts.map(({ phase, seconds: lasted, running }, i) => (
          <div
            key={`${phase}${i}`}
            onPointerEnter={() => setChosen(i)}
            // Shares of less than 1 in all would leave a part of the bar empty.
            style={{ flexGrow: seconds > 0 ? Math.max(1, (1_000 * lasted) / seconds) : 1, minWidth: 3 }}
            className={cx(
              'basis-0 forced-colors:border',
              COLOUR[phase],
              running && 'opacity-75',
              chosen !== undefined && chosen !== i && 'opacity-40'
            )}
          />
        ))}
      </div>
      <span id={words} className="w-52 shrink-0 truncate text-xs text-muted max-sm:w-32">
        {part ? `${PHASE_WORDS[part.phase]} ${duration(part.seconds)}` : `${duration(seconds)} in all`}
      </span>
    </div>
  )
}
