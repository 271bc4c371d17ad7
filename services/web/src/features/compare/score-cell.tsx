import { ArrowDown, ArrowUp, Equal } from 'lucide-react'
import { decimal } from '../../format/numbers.ts'
import { cx } from '../../ui/cx.ts'
import type { Score } from './scores.ts'

const colours = { better: 'text-succeeded', worse: 'text-failed', same: 'text-muted', unknown: 'text-muted' }
const DIGITS = 4

/** A value and its difference from the base: arrow and sign say which way, the word whether that is good. */
export function ScoreCell({ score, isBase }: { score: Score; isBase: boolean }) {
  const { value, difference, verdict } = score
  if (value === undefined) return <span className="text-muted">–</span>
  return (
    <span className="flex flex-col items-end">
      <span className={cx(isBase && 'font-semibold')}>{decimal(value, DIGITS)}</span>
      {!isBase && difference !== undefined && (
        <span className={cx('inline-flex items-center gap-0.5 text-xs', colours[verdict])}>
          <Arrow difference={difference} />
          {difference > 0 ? '+' : ''}
          {decimal(difference, DIGITS)}
          {verdict === 'unknown' ? '' : ` ${verdict}`}
        </span>
      )}
    </span>
  )
}

function Arrow({ difference }: { difference: number }) {
  const Icon = difference === 0 ? Equal : difference > 0 ? ArrowUp : ArrowDown
  return <Icon aria-hidden="true" className="size-3 shrink-0" />
}
