import { wholePercent } from '../format/numbers.ts'
import { cx } from './cx.ts'

type Props = {
  /** 0 to 100; undefined while nothing is known. */
  percent: number | undefined
  /** Names the bar: "Progress of churn". */
  label: string
  /** What is read out after the percentage: "about two minutes left". */
  words?: string
  /** Old numbers are muted and do not move. */
  stale?: boolean
  tone?: 'accent' | 'succeeded' | 'failed' | 'stopped'
  className?: string
}
const TONE = {
  accent: 'bg-accent',
  succeeded: 'bg-succeeded',
  failed: 'bg-failed',
  stopped: 'bg-stopped'
}

/** The bar glides by `transform`, which needs no layout. */
export function ProgressBar({ percent, label, words, stale, tone = 'accent', className }: Props) {
  const share = Math.min(100, Math.max(0, percent ?? 0))
  const spoken = percent === undefined ? 'not started' : `${wholePercent(share)} percent`
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === undefined ? undefined : wholePercent(share)}
      aria-valuetext={words ? `${spoken}, ${words}` : spoken}
      className={cx(
        'h-2 w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset',
        className
      )}
    >
      <div
        className={cx(
          'h-full w-full origin-left rounded-full forced-colors:bg-[Highlight]',
          stale ? 'bg-outline' : TONE[tone],
          !stale && 'transition-transform duration-bar ease-out'
        )}
        style={{ transform: `translateX(${share - 100}%)` }}
      />
    </div>
  )
}
