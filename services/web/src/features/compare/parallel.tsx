import { useMemo } from 'react'
import { isRepeated, lineOf } from '../../charts/series-colours.ts'
import { cx } from '../../ui/cx.ts'
import { readView, withBrush } from './compare-view.ts'
import { bestFirst, type Fact, isWithin, sortedBy } from './facts.ts'
import { FactsTable } from './facts-table.tsx'
import { ParallelAxis } from './parallel-axis.tsx'
import { RangeBoxes } from './range-boxes.tsx'
import { nameOf } from './run-name.ts'
import { scaleOf } from './scale.ts'
import { Nothing, type PlotProps } from './scatter.tsx'
import { withSetting } from './selection.ts'

/** More axes than these are not told apart; the table has all. */
const MOST_AXES = 12

/** An axis for each setting that differs and for each score, a line a run; a range on an axis keeps the runs within it. */
export function Parallel({ runs, facts, params, onChange, lift }: PlotProps) {
  const view = readView(params)
  const all = useMemo(() => [...facts.settings, ...facts.scores.filter(varies)], [facts])
  const axes = all.slice(0, MOST_AXES)
  const [score] = facts.scores
  if (!score || facts.settings.length === 0) return <Nothing facts={facts} />
  const there = runs.flatMap(({ missing, index }) => (missing ? [] : [index]))
  const within = there.filter((index) => isWithin(index, all, view.brushes))
  const brush = (key: string) => (range: { from: number; to: number } | undefined) =>
    onChange(withBrush(params, key, range))
  const sort = view.sort ?? bestFirst(score)
  return (
    <div className="flex flex-col gap-4">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section aria-label="Parallel coordinates" tabIndex={0} className="overflow-x-auto">
        <figure
          aria-label={`Lines of ${within.length} runs over ${axes.length} axes; the table has the same`}
        >
          <div className="relative h-80" style={{ minWidth: `${axes.length * 110}px` }}>
            <svg
              aria-hidden="true"
              viewBox="0 0 100 100"
              preserveAspectRatio="none"
              className="absolute inset-x-0 top-10 h-60 w-full"
            >
              {there.map((index) => {
                const run = runs[index]
                return (
                  run && (
                    // biome-ignore lint/a11y/noStaticElementInteractions: the table has a button for each run
                    <polyline
                      key={run.id}
                      points={pointsOf(axes, index)}
                      vectorEffect="non-scaling-stroke"
                      strokeDasharray={isRepeated(index) ? '6 4' : undefined}
                      {...lift.on(run.id)}
                      onClick={() => lift.select(run.id)}
                      className={cx(
                        'cursor-pointer fill-none transition-opacity duration-hover',
                        lineOf(index),
                        lift.id === run.id ? 'stroke-4' : 'stroke-2',
                        !within.includes(index)
                          ? 'opacity-10'
                          : lift.id !== undefined && lift.id !== run.id && 'opacity-30'
                      )}
                    >
                      <title>{nameOf(run)}</title>
                    </polyline>
                  )
                )
              })}
            </svg>
            <div
              className="pointer-events-none absolute inset-0 grid"
              style={{ gridTemplateColumns: `repeat(${axes.length}, minmax(0, 1fr))` }}
            >
              {axes.map((fact) => (
                <ParallelAxis
                  key={fact.key}
                  fact={fact}
                  range={view.brushes.get(fact.key)}
                  onRange={brush(fact.key)}
                />
              ))}
            </div>
          </div>
        </figure>
      </section>
      <RangeBoxes facts={all} brushes={view.brushes} onRange={(key, range) => brush(key)(range)} />
      <p role="status" className="text-xs text-muted">
        {within.length} of {there.length} runs lie within the ranges
        {all.length > axes.length && `; the plot shows the first ${axes.length} of ${all.length} columns`}.
      </p>
      <FactsTable
        caption="Runs within the ranges"
        runs={runs}
        shown={sortedBy(within, all, sort)}
        facts={all}
        sort={sort}
        onSort={(key) => onChange(withSetting(params, 'sort', key))}
        lift={lift}
      />
    </div>
  )
}

const varies = ({ values }: Fact) => new Set(values.filter((value) => value !== undefined)).size > 1

/** A run's line through the middle of each axis's column; an axis on which it has no value is passed over. */
function pointsOf(axes: readonly Fact[], index: number): string {
  return axes
    .flatMap((fact, i) => {
      const place = scaleOf(fact).place(fact.values[index])
      return place === undefined ? [] : [`${(100 * (i + 0.5)) / axes.length},${100 - 100 * place}`]
    })
    .join(' ')
}
