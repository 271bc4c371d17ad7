import type { Dataset, Preview } from '@trainyard/contracts/dataset'

/** Lines before the first row: a table begins with the names of its columns. */
const HEADER = { csv: 1, tsv: 1, jsonl: 0, text: 0 } as const

/**
 * The shown row, from 0, that holds a line of the file, line breaks inside of cells counted. `past`: the line comes
 * after the rows that are shown. Undefined where lines do not tell rows: in one JSON array, or above the first row.
 */
export function rowOfLine(
  line: number,
  format: Dataset['format'],
  rows: Preview['rows']
): number | 'past' | undefined {
  if (format === 'json') return undefined
  let next = 1 + HEADER[format]
  if (line < next) return undefined
  for (const [i, row] of rows.entries()) {
    const breaks = row.reduce<number>(
      (sum, cell) => sum + (typeof cell === 'string' ? (cell.match(/\r\n|\r|\n/g)?.length ?? 0) : 0),
      0
    )
    next += 1 + (format === 'jsonl' ? 0 : breaks)
    if (line < next) return i
  }
  return 'past'
}
