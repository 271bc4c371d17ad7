import { edgeOf } from '../../charts/series-colours.ts'
import { cx } from '../../ui/cx.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Field } from '../../ui/field.tsx'
import { plainName } from '../../ui/name.tsx'
import { Select } from '../../ui/select.tsx'
import { readView } from './compare-view.ts'
import { bestFirst, type Fact, type Facts, sortedBy } from './facts.ts'
import { FactsTable, textOf } from './facts-table.tsx'
import { letterOf, nameOf } from './run-name.ts'
import { scaleOf } from './scale.ts'
import { withSetting } from './selection.ts'
import type { Lift } from './use-lift.ts'
import type { Run } from './use-runs.ts'

export type PlotProps = {
  runs: readonly Run[]
  facts: Facts
  params: URLSearchParams
  onChange: (next: URLSearchParams) => void
  lift: Lift
}

/** A setting across, a score upwards, a point a run; beside it the same as a table. */
export function Scatter({ runs, facts, params, onChange, lift }: PlotProps) {
  const view = readView(params)
  const across = chosen(facts.settings, view.across) ?? facts.settings.find(({ numeric }) => numeric)
  const x = across ?? facts.settings[0]
  const y = chosen(facts.scores, view.score) ?? facts.scores[0]
  if (!x || !y) return <Nothing facts={facts} />
  const set = (key: string) => (value: string) => onChange(withSetting(params, key, value))
  const sort = view.sort ?? bestFirst(y)
  const indexes = runs.flatMap(({ missing, index }) => (missing ? [] : [index]))
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2 lg:max-w-2xl">
        <Choose label="Across" facts={facts.settings} value={x.key} onChange={set('across')} />
        <Choose label="Upwards" facts={facts.scores} value={y.key} onChange={set('score')} />
      </div>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Plane runs={runs} x={x} y={y} lift={lift} />
        <FactsTable
          caption={`${y.label} by ${plainName(x.label, 60)}`}
          runs={runs}
          shown={sortedBy(indexes, [x, y], sort)}
          facts={[x, y]}
          sort={sort}
          onSort={set('sort')}
          lift={lift}
        />
      </div>
    </div>
  )
}

const chosen = (facts: readonly Fact[], key: string | null) => facts.find((fact) => fact.key === key)

/** What is lacking, and where it comes from. */
export const Nothing = ({ facts }: { facts: Facts }) => (
  <EmptyState title={facts.scores.length === 0 ? 'No run has a score yet' : 'The runs differ in no setting'}>
    {facts.scores.length === 0
      ? 'The first comes with the end of the first epoch.'
      : 'Train one of them with another setting, and see here what it changes.'}
  </EmptyState>
)

type ChooseProps = { label: string; facts: readonly Fact[]; value: string; onChange: (key: string) => void }

const Choose = ({ label, facts, value, onChange }: ChooseProps) => (
  <Field label={label}>
    {(wiring) => (
      <Select
        {...wiring}
        value={value}
        options={facts.map((fact) => ({ value: fact.key, label: plainName(fact.label, 80) }))}
        onChange={onChange}
      />
    )}
  </Field>
)

type PlaneProps = { runs: readonly Run[]; x: Fact; y: Fact; lift: Lift }

const percent = (share: number) => `${(100 * share).toFixed(2)}%`

function Plane({ runs, x, y, lift }: PlaneProps) {
  const right = scaleOf(x)
  const up = scaleOf(y)
  const placed = runs.flatMap((run) => {
    const left = right.place(x.values[run.index])
    const bottom = up.place(y.values[run.index])
    return left === undefined || bottom === undefined ? [] : [{ run, left, bottom }]
  })
  const lacking = runs.length - placed.length
  const title = `${y.label} by ${plainName(x.label, 60)}`
  return (
    <figure aria-label={title} className="min-w-0">
      <div className="relative h-80 pt-4 pr-6 pb-10 pl-16">
        <div className="relative size-full border-b border-l border-outline">
          {/* Points at the ends stand clear of the axes and their numbers. */}
          <div className="absolute inset-4">
            {up.ticks.map(({ at, label }) => (
              <div
                key={at}
                className="absolute -right-4 -left-4 border-t border-line"
                style={{ bottom: percent(at) }}
              >
                <span className="absolute top-0 right-full w-14 -translate-y-1/2 pr-1.5 text-right text-xs text-muted">
                  {label}
                </span>
              </div>
            ))}
            {right.ticks.map(({ at, label }) => (
              <span
                key={at}
                className="absolute -bottom-4 max-w-20 -translate-x-1/2 translate-y-full truncate pt-1 text-xs text-muted"
                style={{ left: percent(at) }}
              >
                <bdi>{plainName(label, 24)}</bdi>
              </span>
            ))}
            {placed.map(({ run, left, bottom }) => (
              <button
                key={run.id}
                type="button"
                aria-label={`${nameOf(run)}: ${plainName(x.label, 60)} ${textOf(x, run.index)}, ${y.label} ${textOf(y, run.index)}`}
                aria-pressed={lift.selected === run.id}
                title={nameOf(run)}
                onClick={() => lift.select(run.id)}
                {...lift.on(run.id)}
                className={cx(
                  'absolute flex size-6 -translate-x-1/2 translate-y-1/2 items-center justify-center rounded-full border-2 bg-surface text-xs',
                  edgeOf(run.index),
                  lift.id === run.id && 'z-10 border-4 font-semibold',
                  lift.id !== undefined && lift.id !== run.id && 'opacity-60'
                )}
                style={{ left: percent(left), bottom: percent(bottom) }}
              >
                {letterOf(run.index)}
              </button>
            ))}
          </div>
        </div>
        <p className="absolute right-6 bottom-0 left-16 truncate text-center text-xs">
          <bdi>{plainName(x.label, 60)}</bdi>
          {right.isLog && ' (log scale)'}
        </p>
      </div>
      <figcaption className="text-xs text-muted">
        Upwards: <bdi>{y.label}</bdi>
        {y.direction && `, ${y.direction === 'max' ? 'more' : 'less'} is better`}.
        {lacking > 0 && ` ${lacking} of ${runs.length} runs have no such value and no point.`}
      </figcaption>
    </figure>
  )
}
