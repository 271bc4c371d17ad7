import type { ColumnProfile } from '@trainyard/contracts/dataset'

/** How one cell of the preview is shown. */
export type Cell = { missing: true } | { missing: false; text: string; number: boolean }

export const isNumeric = (type: ColumnProfile['type'] | undefined) => type === 'number' || type === 'integer'

/** A value as the preview holds it: typed, null where missing, whole numbers beyond 2^53 as strings. */
export function cellOf(value: unknown, type: ColumnProfile['type'] | undefined): Cell {
  if (value === null || value === undefined) return { missing: true }
  const number = isNumeric(type)
  // Every digit: these are the person's own data.
  if (typeof value !== 'object') return { missing: false, text: String(value), number }
  return { missing: false, text: JSON.stringify(value), number: false }
}
