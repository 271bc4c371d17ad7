import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { architecturesQuery } from '../../api/catalogue.ts'
import { Card } from '../../ui/card.tsx'
import { cx } from '../../ui/cx.ts'
import { ErrorCard } from '../../ui/error-card.tsx'
import { plainName } from '../../ui/name.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { differingParameters, valueText } from './parameters.ts'
import { RunHeading } from './run-heading.tsx'
import { ScoreCell } from './score-cell.tsx'
import { directionsOf, scoreRows } from './scores.ts'
import { withoutRun, withSetting } from './selection.ts'
import type { Lift } from './use-lift.ts'
import type { Run } from './use-runs.ts'

type Props = {
  runs: readonly Run[]
  base: string | undefined
  params: URLSearchParams
  onChange: (next: URLSearchParams) => void
  lift: Lift
}

/** A column for each run: how it ended, its scores beside the base's, and the settings that differ. */
export function CompareTable({ runs, base, params, onChange, lift }: Props) {
  const { data: catalogue = [] } = useQuery(architecturesQuery())
  const jobs = runs.map(({ job }) => job)
  const { rows, same } = differingParameters(jobs, catalogue)
  const directions = directionsOf(
    jobs,
    runs.flatMap(({ series }) => series)
  )
  const baseIndex = runs.findIndex(({ id }) => id === base)
  const failed = runs.find(({ error }) => error !== undefined)
  const row = (key: string, label: ReactNode, cell: (run: Run) => ReactNode) => (
    <tr key={key}>
      <th scope="row" className="sticky left-0 z-10 bg-surface px-4 py-1.5 text-left font-normal">
        <span className="block first-letter:uppercase max-sm:w-24">{label}</span>
      </th>
      {runs.map((run) => (
        <td
          key={run.id}
          {...lift.on(run.id)}
          className={cx(
            'px-3 py-1.5 text-right align-top',
            (run.missing || lift.id === run.id) && 'bg-sunken'
          )}
        >
          {run.missing ? <span className="text-muted">–</span> : cell(run)}
        </td>
      ))}
    </tr>
  )
  const group = (title: string, note?: string) => (
    <tr>
      <th
        scope="rowgroup"
        colSpan={runs.length + 1}
        className="border-t border-line bg-sunken px-4 py-1 text-left text-xs"
      >
        {title}
        {note && <span className="font-normal text-muted"> {note}</span>}
      </th>
    </tr>
  )
  return (
    <Card title="Side by side" flush>
      {failed && (
        <div className="p-4">
          <ErrorCard error={failed.error} onRetry={failed.retry} />
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label="Runs side by side" tabIndex={0} className="overflow-x-auto">
        <table className="w-max min-w-full border-collapse">
          <thead>
            <tr className="align-top">
              <td className="sticky left-0 z-10 min-w-28 bg-surface px-4 py-2" />
              {runs.map((run) => (
                <th
                  key={run.id}
                  scope="col"
                  {...lift.on(run.id)}
                  className={cx('px-3 py-2', (run.missing || lift.id === run.id) && 'bg-sunken')}
                >
                  <RunHeading
                    run={run}
                    isBase={run.id === base}
                    onBase={() => onChange(withSetting(params, 'base', run.id))}
                    onRemove={() => onChange(withoutRun(params, run.id))}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {row('state', 'state', ({ job }) => job && <StateOf job={job} />)}
            {row('epoch', 'best epoch', ({ job }) => String(job?.metrics.best?.epoch ?? '–'))}
          </tbody>
          <tbody>
            {group('Scores')}
            {scoreRows(jobs, baseIndex, directions).map(({ key, label, scores }) =>
              row(key, label, ({ id, index }) => {
                const score = scores[index]
                return score && <ScoreCell score={score} isBase={id === base} />
              })
            )}
          </tbody>
          <tbody>
            {group('Settings that differ', same > 0 ? `(${same} are the same in all)` : undefined)}
            {rows.map(({ key, label, values }) =>
              row(key, label, ({ index }) => (
                <bdi className="font-mono text-code">{plainName(valueText(values[index]))}</bdi>
              ))
            )}
            {rows.length === 0 && (
              <tr>
                <td colSpan={runs.length + 1} className="px-4 py-2 text-muted">
                  Every setting is the same.
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </section>
    </Card>
  )
}

function StateOf({ job }: { job: NonNullable<Run['job']> }) {
  const why = job.state === 'failed' ? (job.message ?? job.reason?.replaceAll('_', ' ')) : undefined
  return (
    <span className="inline-flex w-44 flex-col items-end gap-1">
      <StateBadge state={job.state} />
      {why && <bdi className="text-left text-xs text-failed">{plainName(why, 160)}</bdi>}
    </span>
  )
}
