import type { Architecture } from '@trainyard/contracts/training'
import { differingParameters, valueText } from './parameters.ts'
import { type Direction, directionsOf, scoreRows } from './scores.ts'
import type { Run } from './use-runs.ts'

/** One thing known of every run, in their order: a setting in which they differ, or a score. */
export type Fact = {
  key: string
  label: string
  /** Numbers in all runs that have it, else texts; undefined where a run lacks it. */
  values: readonly (number | string | undefined)[]
  numeric: boolean
  /** Of a score: which end is the good one. */
  direction?: Direction
}
export type Facts = { settings: Fact[]; scores: Fact[] }

/** What runs can be laid out by. Settings that are the same in all of them say nothing and are left out. */
export function factsOf(runs: readonly Run[], catalogue: readonly Architecture[]): Facts {
  const jobs = runs.map(({ job }) => job)
  const directions = directionsOf(
    jobs,
    runs.flatMap(({ series }) => series)
  )
  const settings = differingParameters(jobs, catalogue).rows.map(({ key, label, values }): Fact => {
    const numeric = values.every((value) => value === undefined || typeof value === 'number')
    return { key, label, numeric, values: values.map((value) => asValue(value, numeric)) }
  })
  const scores = scoreRows(jobs, 0, directions).map(({ key, label, direction, scores: all }): Fact => {
    return { key, label, numeric: true, direction, values: all.map(({ value }) => value) }
  })
  return { settings, scores }
}

function asValue(value: unknown, numeric: boolean): number | string | undefined {
  if (value === undefined) return undefined
  return numeric && typeof value === 'number' ? value : valueText(value)
}

/** Ranges that runs must lie in, by the key of the fact. */
export type Brushes = ReadonlyMap<string, { from: number; to: number }>

/** Whether a run has a value in each range. */
export const isWithin = (index: number, facts: readonly Fact[], brushes: Brushes): boolean =>
  facts.every(({ key, values }) => {
    const brush = brushes.get(key)
    const value = values[index]
    return !brush || (typeof value === 'number' && value >= brush.from && value <= brush.to)
  })

/** The best first. */
export const bestFirst = ({ key, direction }: Fact) => (direction === 'min' ? key : `-${key}`)

/** Indexes of runs by one fact, what lacks it at the end; `-` before the key turns the order round. */
export function sortedBy(indexes: readonly number[], facts: readonly Fact[], sort: string): number[] {
  const down = sort.startsWith('-')
  const fact = facts.find(({ key }) => key === (down ? sort.slice(1) : sort))
  if (!fact) return [...indexes]
  return indexes.toSorted((a, b) => {
    const [x, y] = [fact.values[a], fact.values[b]]
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined)
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1
    return down ? -order : order
  })
}
