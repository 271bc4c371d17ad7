import { constants, gunzipSync } from 'node:zlib'
import type { DatasetError, DatasetFormat } from '@trainyard/contracts/dataset'

const byExtension: Record<string, DatasetFormat> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  txt: 'text',
  text: 'text'
}

/** How much of a file's beginning `recognise` wants. */
export const headBytes = 4_096

/** At most about 4 MiB, since a byte of gzip makes 1,032 at most. */
function inflatedHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    // Broken gzip: the reader says so, with the place.
    return Buffer.alloc(0)
  }
}

const magic: [bytes: string, what: string][] = [
  ['PK\x03\x04', 'a workbook or a zip archive; open it, save the sheet as CSV and upload that'],
  ['PK\x05\x06', 'an empty zip archive; upload the file that should be in it'],
  ['\xd0\xcf\x11\xe0', 'an old Office document; open it, save the sheet as CSV and upload that'],
  ['\x7fELF', 'a program; upload a table of data'],
  ['MZ\x90\x00', 'a program; upload a table of data'],
  ['%PDF-', 'a PDF; upload the data itself as CSV'],
  ['PAR1', 'a Parquet file; convert it to CSV or JSONL and upload that'],
  ['ARROW1', 'an Arrow file; convert it to CSV or JSONL and upload that'],
  ['SQLite format 3\0', 'a database; export the table as CSV and upload that'],
  ['\x89PNG', 'a picture; upload a table of data'],
  ['\xff\xd8\xff', 'a picture; upload a table of data'],
  ['\x1f\x8b', 'gzip inside gzip; compress it once'],
  ['BZh', 'bzip2; decompress it, or use gzip'],
  ['\xfd7zXZ\0', 'xz; decompress it, or use gzip'],
  ['\x28\xb5\x2f\xfd', 'zstd; decompress it, or use gzip']
]

function junk(head: Buffer, format: DatasetFormat): string | null {
  const start = head.toString('latin1', 0, 16)
  const known = magic.find(([bytes]) => start.startsWith(bytes))
  if (known) return known[1]
  const page = /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)[\s>]/i.test(
    head.toString('latin1', 0, 512)
  )
  return page && format !== 'text' ? 'a web page; download the data itself and upload that' : null
}

/** For names that say nothing: the first character, then the first line's separators. */
function guess(text: string): DatasetFormat {
  const start = text.replace(/^\ufeff/, '').trimStart()
  if (start.startsWith('[')) return 'json'
  if (start.startsWith('{')) return 'jsonl'
  const [line = ''] = start.split(/\r?\n/, 1)
  const count = (separator: string) => line.split(separator).length - 1
  return count('\t') > Math.max(count(','), count(';')) ? 'tsv' : 'csv'
}

export type Recognised = { format: DatasetFormat; gzip: boolean; error: DatasetError | null }

/**
 * What a file is. The name's extension decides between the formats, since a table of one column looks like text; the
 * content decides whether it is gzip, and whether it is no table at all: that gives an error, and the reader need not
 * try. `head` is the beginning of the file.
 */
export function recognise(fileName: string | undefined, head: Buffer): Recognised {
  const gzip = head[0] === 0x1f && head[1] === 0x8b
  const inside = gzip ? inflatedHead(head) : head
  const extension = /\.([a-z]+)(?:\.gz|\.gzip)?\s*$/i.exec(fileName ?? '')?.[1]?.toLowerCase() ?? ''
  const format = byExtension[extension] ?? guess(inside.toString('utf8', 0, headBytes))
  const what = junk(inside, format)
  const error =
    what === null ? null : { line: null, column: null, reason: 'not_a_table', message: `This is ${what}.` }
  return { format, gzip, error }
}
