import { counted } from '../../format/numbers.ts'
import type { Difference } from '../../jobs/settings.ts'
import { titleOf } from '../../schema-form/words.ts'
import { valueText } from './config-rows.ts'

/** More names than this are counted instead. */
const NAMES = 4

/** One difference from the parent in words: `Learning rate: 0.01 instead of 0.001`. */
export function parentWords({ key, label, before, after }: Difference): string {
  const title = titleOf(label.replaceAll(' ', '_'))
  if (key === 'data/features') return `${title}: ${columnWords(before, after)}`
  if (key === 'data/dataset') return 'Another dataset'
  if (before === undefined) return `${title}: ${valueText(after)}, which the parent left as usual`
  if (after === undefined) return `${title}: as usual, which the parent set to ${valueText(before)}`
  return `${title}: ${valueText(after)} instead of ${valueText(before)}`
}

function columnWords(before: unknown, after: unknown): string {
  const was = Array.isArray(before) ? before.map(String) : undefined
  const is = Array.isArray(after) ? after.map(String) : undefined
  if (!was) return `${counted(is?.length ?? 0, 'column')} chosen, where the parent took the usual ones`
  if (!is) return `the usual ones, where the parent chose ${counted(was.length, 'column')}`
  const words = (word: string, names: string[]) =>
    names.length === 0
      ? ''
      : `${word} ${names.length > NAMES ? counted(names.length, 'column') : names.join(', ')}`
  return [
    words(
      'with',
      is.filter((name) => !was.includes(name))
    ),
    words(
      'without',
      was.filter((name) => !is.includes(name))
    )
  ]
    .filter(Boolean)
    .join(' and ')
}
