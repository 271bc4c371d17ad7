import type { Head } from './read-head.ts'

const ROWS = 5
const CELLS = 30
const CHARACTERS = 120

/** As UTF-8, or as the UTF-16 that its mark names; what is no text shows as replacement characters. */
function textOf({ bytes }: Head): string {
  const [a, b] = bytes
  const label = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(label).decode(bytes)
}

const cut = (text: string) => (text.length > CHARACTERS ? `${text.slice(0, CHARACTERS - 1)}…` : text)

/**
 * The first rows of a file as plain text, before any server saw it: for CSV and TSV the header and the rows below it
 * split into cells, for the others one line a row. Only a look: what the profile says later counts.
 */
export function firstRows(name: string, head: Head): string[][] {
  const text = textOf(head)
  const extension = /\.([a-z]+)(?:\.gz|\.gzip)?$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const start = text.trimStart()
  if (extension === 'json' || extension === 'jsonl' || extension === 'ndjson' || /^[[{]/.test(start)) {
    return objectTexts(start).map((row) => [cut(row)])
  }
  if (extension === 'txt' || extension === 'text') return lines(text, head.whole).map((line) => [cut(line)])
  const separator = extension === 'tsv' || extension === 'tab' ? '\t' : separatorOf(text)
  return records(text, separator, head.whole).map((row) => row.slice(0, CELLS).map(cut))
}

function lines(text: string, whole: boolean): string[] {
  const all = text.split(/\r\n|\n|\r/)
  // The last line of a beginning is cut anywhere.
  if (!whole || all.at(-1) === '') all.pop()
  return all.slice(0, ROWS)
}

/** The separator that stands most often in the first line. */
function separatorOf(text: string): string {
  const [line = ''] = text.split(/[\r\n]/, 1)
  const count = (separator: string) => line.split(separator).length - 1
  return [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best))
}

/** Header and rows of RFC 4180 text; a quoted cell may hold separators, line breaks and doubled quotes. */
function records(text: string, separator: string, whole: boolean): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    rows.push([...row, cell])
    row = []
    cell = ''
  }
  for (let at = 0; at < text.length && rows.length <= ROWS; at++) {
    const char = text.charAt(at)
    if (quoted) {
      if (char !== '"') cell += char
      else if (text.charAt(at + 1) === '"') {
        cell += char
        at++
      } else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === separator) {
      row.push(cell)
      cell = ''
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && text.charAt(at + 1) === '\n') at++
      if (cell !== '' || row.length > 0) endRow()
    } else cell += char
  }
  if (whole && rows.length <= ROWS && (cell !== '' || row.length > 0)) endRow()
  return rows
}

/** The texts of the first objects at the outermost level of an array, or one after the other. */
function objectTexts(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length && found.length < ROWS; at++) {
    const char = text.charAt(at)
    if (quoted) {
      if (char === '\\') at++
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '{') {
      if (depth++ === 0) start = at
    } else if (char === '}' && depth > 0 && --depth === 0) {
      found.push(text.slice(start, at + 1).replace(/\s+/g, ' '))
    }
  }
  return found
}
