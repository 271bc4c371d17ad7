import { readFile } from 'node:fs/promises'
import type { Preview } from '@trainyard/contracts/dataset'
import type { Row } from './predict.ts'

function spread(rows: Row[], target: string): Row[] {
  const known = rows.filter((row) => row[target] !== null && row[target] !== undefined)
  const last = known.length - 1
  return [...new Set([0, Math.floor(last / 2), last])].flatMap((i) => (known[i] ? [known[i]] : []))
}

/** Up to three rows whose answer is known: of a JSON file from all over it, else from the platform's preview. */
export async function sampleRows(file: string, preview: Preview, target: string): Promise<Row[]> {
  if (file.endsWith('.json')) {
    const rows: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (Array.isArray(rows)) return spread(rows as Row[], target)
  }
  const { columns, rows } = preview
  return spread(
    rows.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i]]))),
    target
  )
}

/** The row without its answer. */
export const withoutTarget = (row: Row, target: string): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== target))
