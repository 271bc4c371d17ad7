export type Run = { text: string; className: string }

const COLOURS: Record<number, string> = {
  31: 'text-failed',
  32: 'text-succeeded',
  33: 'text-warning',
  34: 'text-accent',
  35: 'text-queued',
  36: 'text-running',
  90: 'text-muted',
  91: 'text-failed',
  92: 'text-succeeded',
  93: 'text-warning',
  94: 'text-accent',
  95: 'text-queued',
  96: 'text-running'
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const SEQUENCE = /\u001b\[([0-9;]*)([A-Za-z])|\u001b\][^\u0007]*(?:\u0007|$)|\u001b./g

/** A line with terminal colours (ECMA-48 SGR) as runs of text; other sequences are left out. Contrast stays the theme's. */
export function runsOf(line: string): Run[] {
  const runs: Run[] = []
  let from = 0
  let colour = ''
  let bold = false
  const push = (text: string) => {
    if (text) runs.push({ text, className: [colour, bold && 'font-semibold'].filter(Boolean).join(' ') })
  }
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index))
    from = match.index + match[0].length
    if (match[2] !== 'm') continue
    for (const code of (match[1] || '0').split(';').map(Number)) {
      if (code === 0) {
        colour = ''
        bold = false
      } else if (code === 1) bold = true
      else if (code === 22) bold = false
      else if (code === 39) colour = ''
      else colour = COLOURS[code] ?? colour
    }
  }
  push(line.slice(from))
  return runs
}
