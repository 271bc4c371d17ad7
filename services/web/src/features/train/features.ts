import type { ColumnProfile, Dataset } from '@trainyard/contracts/dataset'

const LEARNABLE: readonly string[] = ['number', 'integer', 'boolean', 'category', 'datetime']

/** What the platform takes when no features are named: not the target, and no column that has another role. */
export const defaultFeatures = (
  columns: ColumnProfile[],
  target: string | null,
  roles: readonly string[] = []
): string[] =>
  columns
    .filter(({ name, type }) => name !== target && !roles.includes(name) && LEARNABLE.includes(type))
    .map(({ name }) => name)

/** Columns that may be ticked: all but the target and what is empty. */
export const possibleFeatures = (columns: ColumnProfile[], target: string | null): ColumnProfile[] =>
  columns.filter(({ name, type }) => name !== target && type !== 'empty')

/** The ticked ones, in the order of the file; names that the file does not have are dropped. */
export function chosenFeatures(
  features: string[] | null,
  columns: ColumnProfile[],
  target: string | null,
  roles: readonly string[] = []
): string[] {
  if (features === null) return defaultFeatures(columns, target, roles)
  const wanted = new Set(features)
  return possibleFeatures(columns, target)
    .map(({ name }) => name)
    .filter((name) => wanted.has(name))
}

/** Null again where the choice is the default: then the platform's own rule is followed, also for later files. */
export function asChoice(
  chosen: string[],
  columns: ColumnProfile[],
  target: string | null,
  roles: readonly string[] = []
): string[] | null {
  const usual = defaultFeatures(columns, target, roles)
  const same = chosen.length === usual.length && usual.every((name) => chosen.includes(name))
  return same ? null : chosen
}

export type Advice = { column: string; message: string; warning: boolean }

/** What the profile found about columns that are learned from, warnings first. */
export function adviceOn({ findings }: Dataset, columns: readonly string[]): Advice[] {
  const known = new Set(columns)
  return findings
    .flatMap(({ column, message, severity }) =>
      column !== undefined && known.has(column) ? [{ column, message, warning: severity === 'warning' }] : []
    )
    .toSorted((a, b) => Number(b.warning) - Number(a.warning))
}
