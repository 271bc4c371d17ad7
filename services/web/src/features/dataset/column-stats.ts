import type { ColumnProfile } from '@trainyard/contracts/dataset'
import { counted, integer, plain, share } from '../../format/numbers.ts'

/** One bar of a column's distribution: how many values fall into it. */
export type Bar = { label: string; count: number }
export type ColumnSummary = {
  name: string
  type: ColumnProfile['type']
  missing: number
  /** 0 to 1. */
  missingShare: number
  distinct: number
  /** False where the profile estimated. */
  exact: boolean
  /** `0 to 72`; for texts the lengths; undefined where there is none to tell. */
  range: string | undefined
  /** Numbers have bins in order, the others their most frequent values first. */
  bars: Bar[]
  kind: 'bins' | 'values'
  /** The distribution in words, for those who cannot see bars. */
  text: string
}

type Range = { min: string; max: string }

/** What a card, the table and a screen reader say of one column of `rows` rows. */
export function summaryOf(column: ColumnProfile, rows: number): ColumnSummary {
  const bins = binsOf(valueAt(column, 'histogram'))
  const values = valuesOf(valueAt(column, 'top'))
  const bars = bins.length > 0 ? bins : values
  const kind = bins.length > 0 ? 'bins' : 'values'
  const range = rangeOf(column)
  const { name, type, missing, distinct } = column
  return {
    ...{ name, type, missing, distinct, bars, kind },
    missingShare: rows > 0 ? missing / rows : 0,
    exact: valueAt(column, 'distinct_exact') !== false,
    range: range && `${range.min} to ${range.max}${type === 'text' ? ' characters' : ''}`,
    text: textOf({ kind, bars, range, present: Math.max(0, rows - missing), distinct })
  }
}

/** Keys that depend on the column's type are no part of the contract's fixed ones. */
function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !(key in value)) return undefined
  return (value as Record<string, unknown>)[key]
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0

function binsOf(histogram: unknown): Bar[] {
  const edges = valueAt(histogram, 'edges')
  const counts = valueAt(histogram, 'counts')
  if (!Array.isArray(edges) || !Array.isArray(counts) || !counts.every(isCount)) return []
  if (edges.length !== counts.length + 1 || !edges.every((edge) => typeof edge === 'number')) return []
  return counts.map((count: number, at) => ({
    label: binLabel(Number(edges[at]), Number(edges[at + 1])),
    count
  }))
}

/** A bin from a half below to a half above a whole number is that number. */
function binLabel(from: number, to: number): string {
  const middle = (from + to) / 2
  if (from === to) return plain(from)
  return to - from === 1 && Number.isInteger(middle) ? plain(middle) : `${plain(from)} to ${plain(to)}`
}

function valuesOf(top: unknown): Bar[] {
  if (!Array.isArray(top)) return []
  return top.flatMap((entry) => {
    const label = valueAt(entry, 'value')
    const count = valueAt(entry, 'count')
    return typeof label === 'string' && isCount(count) ? [{ label, count }] : []
  })
}

/** Whole numbers beyond 2^53 come as strings; so do dates. */
const shown = (value: unknown): string | undefined =>
  typeof value === 'number' ? plain(value) : typeof value === 'string' && value !== '' ? value : undefined

function rangeOf(column: ColumnProfile): Range | undefined {
  const [low, high] = column.type === 'text' ? ['min_length', 'max_length'] : ['min', 'max']
  const min = shown(valueAt(column, low))
  const max = shown(valueAt(column, high))
  return min !== undefined && max !== undefined ? { min, max } : undefined
}

type Told = Pick<ColumnSummary, 'kind' | 'bars' | 'distinct'> & { range: Range | undefined; present: number }

function textOf({ kind, bars, range, present, distinct }: Told): string {
  if (present === 0) return 'No value in any row.'
  const largest = bars.reduce<Bar | undefined>(
    (best, bar) => (bar.count > (best?.count ?? -1) ? bar : best),
    undefined
  )
  if (!largest) return `${counted(present, 'value')}, ${integer(distinct)} of them different.`
  const part = share(largest.count / present)
  if (kind === 'bins') {
    const span = range
      ? `${counted(present, 'value')} from ${range.min} to ${range.max}`
      : counted(present, 'value')
    return `${span}; most, ${integer(largest.count)} (${part}), at ${largest.label}.`
  }
  const first = bars.slice(0, 3).map(({ label, count }) => `${label} ${integer(count)}`)
  const more = distinct - first.length
  return `${first.join(', ')}${more > 0 ? `, and ${counted(more, 'other value')}` : ''}; the most frequent is ${part}.`
}
