import type { DatasetError } from '@trainyard/contracts/dataset'
import { integer } from '../format/numbers.ts'

/** `Line 118, column “age”`; what is not known is left out. */
export function placeOf({ line, column }: Pick<DatasetError, 'line' | 'column'>): string | undefined {
  const parts = [
    ...(line === null ? [] : [`line ${integer(line)}`]),
    ...(column === null
      ? []
      : [typeof column === 'number' ? `column ${integer(column)}` : `column “${column}”`])
  ]
  const text = parts.join(', ')
  return text === '' ? undefined : text.charAt(0).toUpperCase() + text.slice(1)
}
