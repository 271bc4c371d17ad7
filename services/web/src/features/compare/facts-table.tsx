import { ArrowDown, ArrowUp } from 'lucide-react'
import { fillOf } from '../../charts/series-colours.ts'
import { decimal, plain } from '../../format/numbers.ts'
import { cx } from '../../ui/cx.ts'
import { Name, plainName } from '../../ui/name.tsx'
import type { Fact } from './facts.ts'
import { letterOf } from './run-name.ts'
import type { Lift } from './use-lift.ts'
import type { Run } from './use-runs.ts'

type Props = {
  caption: string
  runs: readonly Run[]
  /** Which of them, in this order. */
  shown: readonly number[]
  facts: readonly Fact[]
  sort: string | null
  onSort: (sort: string) => void
  lift: Lift
}

const SCORE_DIGITS = 4

/** What a plot shows, as numbers: a row a run, in any order; pressed, a run is marked. */
export function FactsTable({ caption, runs, shown, facts, sort, onSort, lift }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={caption} tabIndex={0} className="max-h-96 overflow-auto">
      <table className="w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 z-10 bg-surface">
          <tr>
            <th scope="col" className="px-2 py-1 text-left text-xs font-normal text-muted">
              Run
            </th>
            {facts.map(({ key, label }) => (
              <Head key={key} sortKey={key} label={label} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((index) => {
            const run = runs[index]
            if (!run) return null
            return (
              <tr
                key={run.id}
                {...lift.on(run.id)}
                className={cx('border-t border-line', lift.id === run.id && 'bg-sunken')}
              >
                <th scope="row" className="px-2 py-0.5 text-left font-normal">
                  <button
                    type="button"
                    aria-pressed={lift.selected === run.id}
                    onClick={() => lift.select(run.id)}
                    className="flex min-h-6 max-w-60 items-center gap-1.5"
                  >
                    <span aria-hidden="true" className={cx('size-3 shrink-0 rounded-sm', fillOf(index))} />
                    <span className="font-semibold">{letterOf(index)}</span>
                    {run.job ? (
                      <Name truncate>{run.job.name}</Name>
                    ) : (
                      <span className="text-muted">not there</span>
                    )}
                  </button>
                </th>
                {facts.map((fact) => (
                  <td key={fact.key} className={cx('px-2 py-0.5', fact.numeric && 'text-right')}>
                    <bdi>{textOf(fact, index)}</bdi>
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** A value as the table and the names of points say it. */
export function textOf({ key, values }: Fact, index: number): string {
  const value = values[index]
  if (value === undefined) return '–'
  if (typeof value === 'string') return plainName(value, 80)
  return /^(best|test)\//.test(key) ? decimal(value, SCORE_DIGITS) : plain(value)
}

type HeadProps = { sortKey: string; label: string; sort: string | null; onSort: (sort: string) => void }

function Head({ sortKey, label, sort, onSort }: HeadProps) {
  const up = sort === sortKey
  const down = sort === `-${sortKey}`
  const Icon = down ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={up ? 'ascending' : down ? 'descending' : undefined}
      className="px-2 py-1 text-right text-xs font-normal text-muted"
    >
      <button
        type="button"
        onClick={() => onSort(up ? `-${sortKey}` : sortKey)}
        className="inline-flex min-h-6 items-center gap-1 whitespace-nowrap"
      >
        <bdi>{plainName(label, 60)}</bdi>
        <Icon aria-hidden="true" className={cx('size-3', !up && !down && 'invisible')} />
      </button>
    </th>
  )
}
