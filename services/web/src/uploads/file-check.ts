/** Why a file is not sent: what is wrong, and what to do instead. */
export type Refusal = { reason: 'empty' | 'too_large' | 'not_a_table'; message: string; next: string }
export type Named = { name: string; size: number }

/** What the file chooser offers; anything else may still be dropped and is judged by its content. */
export const ACCEPT = '.csv,.tsv,.tab,.json,.jsonl,.ndjson,.txt,.gz'

/** How much of a file's beginning `refusalOf` wants. */
export const HEAD_BYTES = 65_536

const asCsv = 'Open it, save the table as CSV, and choose that file.'
const convert = 'Convert it to CSV or JSONL, and choose that file.'
const table = 'Choose a table of data: CSV, TSV, JSON or JSONL.'

/** Beginnings of files that are no text, as Latin-1. */
const MAGIC: [bytes: string, what: string, next: string][] = [
  ['PK\x03\x04', 'a workbook or a zip archive', asCsv],
  ['PK\x05\x06', 'an empty zip archive', table],
  ['\xd0\xcf\x11\xe0', 'an old Office document', asCsv],
  ['%PDF-', 'a PDF', table],
  ['PAR1', 'a Parquet file', convert],
  ['ARROW1', 'an Arrow file', convert],
  ['SQLite format 3\0', 'a database', 'Export the table as CSV, and choose that file.'],
  ['\x7fELF', 'a program', table],
  ['MZ\x90\0', 'a program', table],
  ['\x89PNG', 'a picture', table],
  ['\xff\xd8\xff', 'a picture', table],
  ['GIF8', 'a picture', table],
  ['BZh', 'compressed with bzip2', 'Decompress it, or compress it with gzip.'],
  ['\xfd7zXZ\0', 'compressed with xz', 'Decompress it, or compress it with gzip.'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'Decompress it, or compress it with gzip.']
]

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
const isWide = ([a, b]: Uint8Array) => (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)

/** What can be said from name and size alone, before the file is read. `limit` in bytes; undefined: not known yet. */
export function refusalBySize(
  { size }: Named,
  limit: number | undefined,
  sized: (bytes: number) => string
): Refusal | undefined {
  if (size === 0) {
    return {
      reason: 'empty',
      message: 'This file is empty.',
      next: 'Check that it was saved, then choose it again.'
    }
  }
  if (limit === undefined || size <= limit) return undefined
  return {
    reason: 'too_large',
    message: `This file has ${sized(size)}; this server takes ${sized(limit)} a file.`,
    next: 'Compress it with gzip (.csv.gz), send fewer rows, or ask the administrator to raise UPLOAD_LIMIT_BYTES.'
  }
}

/** What the content says. `head` is the beginning of the file, inflated where it was gzip. */
export function refusalByContent(name: string, head: Uint8Array): Refusal | undefined {
  const start = latin1(head.subarray(0, 512))
  const known = MAGIC.find(([bytes]) => start.startsWith(bytes))
  if (known) return { reason: 'not_a_table', message: `This is ${known[1]}, not a table.`, next: known[2] }
  const isText = /\.(txt|text)(\.gz)?$/i.test(name)
  if (!isText && /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)[\s>]/i.test(start)) {
    return {
      reason: 'not_a_table',
      message: 'This is a web page, not a table.',
      next: 'Download the data itself, and choose that file.'
    }
  }
  if (!isWide(head) && head.includes(0)) {
    return { reason: 'not_a_table', message: 'This is a binary file, not a table.', next: table }
  }
  return undefined
}
