import type { ColumnProfile, Dataset } from '@trainyard/contracts/dataset'
import { decimal, share } from '../../format/numbers.ts'

export type Finding = {
  key: string
  severity: 'warning' | 'info'
  code: string
  message: string
  /** The column it is about, and whether training without it is a way out. */
  column: string | undefined
  leaveOut: boolean
  /** Ours goes on after the column's name; the reader's sentences name the column themselves. */
  own: boolean
}
type Profiled = Pick<Dataset, 'columns' | 'findings' | 'associations' | 'target_suggestion' | 'rows'>

/** Findings of the reader that go away with the column. */
const ABOUT_THE_COLUMN = new Set([
  'empty_column',
  'nested_values',
  'ambiguous_marks',
  'ambiguous_dates',
  'mixed_dates',
  'almost_numbers',
  'large_integers',
  'codes'
])
/** Two columns that go together this closely say the same. */
const LEAKING = 0.98
/** A class rarer than this is seldom learned. */
const RARE = 0.05

/**
 * What the reader found, then what the statistics say about training: columns that cannot help or that give the
 * answer away. Warnings first. A column that is left out is no longer complained about.
 */
export function findingsOf(dataset: Profiled, left: ReadonlySet<string>): Finding[] {
  const own = [
    ...dataset.columns.flatMap((column) => ofColumn(column, dataset)),
    ...leaks(dataset),
    ...rare(dataset)
  ]
  const said = dataset.findings.map(({ code, severity, message, column }) => ({
    code,
    severity: severity === 'warning' ? ('warning' as const) : ('info' as const),
    message,
    column,
    leaveOut: column !== undefined && (ABOUT_THE_COLUMN.has(code) || severity === 'warning')
  }))
  const all = [
    ...said.map((finding) => ({ ...finding, own: false })),
    ...own.map((finding) => ({ ...finding, own: true }))
  ].filter(({ column }) => column === undefined || !left.has(column))
  return all
    .map((finding, at) => ({ ...finding, key: `${at} ${finding.code}` }))
    .sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'))
}

type Unkeyed = Omit<Finding, 'key' | 'own'>

function ofColumn(
  { name, type, distinct, missing }: ColumnProfile,
  { rows, target_suggestion }: Profiled
): Unkeyed[] {
  if (name === target_suggestion) return []
  if (type === 'id') {
    const message = 'looks like an id: it names the row and says nothing about the next one.'
    return [{ code: 'id_like', severity: 'warning', message, column: name, leaveOut: true }]
  }
  if (type !== 'empty' && distinct === 1 && missing === 0 && (rows ?? 0) > 1) {
    const message = 'has the same value in every row, so nothing can be learned from it.'
    return [{ code: 'constant', severity: 'warning', message, column: name, leaveOut: true }]
  }
  return []
}

/** A pair of columns that go together, as the profile measured it. */
function pairOf(pair: object): { a: string; b: string; value: number } | undefined {
  if (!('a' in pair && 'b' in pair && 'value' in pair)) return undefined
  const { a, b, value } = pair
  return typeof a === 'string' && typeof b === 'string' && typeof value === 'number'
    ? { a, b, value }
    : undefined
}

/** Columns that go with another one so closely that they repeat it; with the target, they may give it away. */
function leaks({ associations, target_suggestion }: Profiled): Unkeyed[] {
  const seen = new Set<string>()
  return associations.flatMap((association): Unkeyed[] => {
    const pair = pairOf(association)
    if (!pair || Math.abs(pair.value) < LEAKING) return []
    const { a, b, value } = pair
    const other = target_suggestion === a ? b : target_suggestion === b ? a : undefined
    const column = other ?? b
    if (seen.has(column)) return []
    seen.add(column)
    const strength = decimal(Math.abs(value), 3)
    if (other === undefined) {
      const message = `says nearly the same as “${a}” (${strength} of 1).`
      return [{ code: 'duplicate', severity: 'info', message, column, leaveOut: true }]
    }
    const message = `tells “${target_suggestion}” almost exactly (${strength} of 1). If it is only known afterwards, leave it out.`
    return [{ code: 'leaking', severity: 'warning', message, column, leaveOut: true }]
  })
}

/** A likely target whose rarest class is hardly there. */
function rare({ columns, target_suggestion, rows }: Profiled): Unkeyed[] {
  const target = columns.find(({ name }) => name === target_suggestion)
  if (!target || !rows || !('top' in target) || !Array.isArray(target.top)) return []
  if (target.type !== 'category' && target.type !== 'boolean') return []
  // More classes than the profile lists: the rarest one is not known.
  if (target.top.length < target.distinct || target.top.length < 2) return []
  const counts = target.top.flatMap((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'count' in entry && typeof entry.count === 'number'
      ? [entry.count]
      : []
  )
  const least = Math.min(...counts) / Math.max(1, rows - target.missing)
  if (!(least < RARE)) return []
  const message = `is imbalanced: its rarest class is ${share(least)} of the rows. Balanced class weights may help.`
  return [{ code: 'imbalanced', severity: 'warning', message, column: target.name, leaveOut: false }]
}
