import type { ColumnSummary } from './column-stats.ts'

/** Above this many columns, cards become a table. */
export const CARDS = 60

export type SortKey = 'file' | 'name' | 'type' | 'missing' | 'distinct'
export type Sort = { key: SortKey; descending: boolean }

const KEYS: readonly SortKey[] = ['file', 'name', 'type', 'missing', 'distinct']

/** `missing`, `-missing`; anything else is the order of the file. */
export function sortFrom(text: string | null): Sort {
  const descending = text?.startsWith('-') ?? false
  const key = KEYS.find((known) => known === (descending ? text?.slice(1) : text))
  return key ? { key, descending } : { key: 'file', descending: false }
}

export const sortText = ({ key, descending }: Sort) =>
  key === 'file' && !descending ? null : `${descending ? '-' : ''}${key}`

/** A click on a heading: first upwards, then downwards, then the order of the file. */
export function nextSort(now: Sort, key: SortKey): Sort {
  if (now.key !== key) return { key, descending: false }
  return now.descending ? { key: 'file', descending: false } : { key, descending: true }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const compare: Record<Exclude<SortKey, 'file'>, (a: ColumnSummary, b: ColumnSummary) => number> = {
  name: (a, b) => collator.compare(a.name, b.name),
  type: (a, b) => collator.compare(a.type, b.type),
  missing: (a, b) => a.missing - b.missing,
  distinct: (a, b) => a.distinct - b.distinct
}

/** The columns whose name holds the text, whatever its case, in the order asked for; equal ones as in the file. */
export function visibleColumns(
  all: readonly ColumnSummary[],
  filter: string,
  { key, descending }: Sort
): ColumnSummary[] {
  const wanted = filter.trim().toLowerCase()
  const found = all.filter(({ name }) => name.toLowerCase().includes(wanted))
  if (key === 'file') return descending ? found.reverse() : found
  const by = compare[key]
  return found.sort((a, b) => (descending ? by(b, a) : by(a, b)))
}
