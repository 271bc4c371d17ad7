type Fault = { message?: unknown; cause?: Fault }
type Line = { level?: unknown; msg?: unknown; err?: Fault }

const bad = ['fatal', 'error', 'warn']

/** A process did not come up. The message is one line for a person; what it wrote last is the cause. */
export class NotStarted extends Error {
  override name = 'NotStarted'
  /** Whose log has the rest. */
  readonly process: string
  constructor(process: string, what: string, lines: string[]) {
    super(`${what}${lines.length === 0 ? '' : `: ${lastWords(lines)}`}`, {
      cause: new Error([`${process} wrote last:`, ...lines].join('\n  '))
    })
    this.process = process
  }
}

/**
 * Why a process ended, out of its last lines: the worst that it logged, or the error that Node, Python or a store's
 * server wrote, else simply its last line.
 */
function lastWords(lines: string[]): string {
  const logged = lines.map(parsed)
  for (const level of bad) {
    const line = logged.findLast((one) => one?.level === level)
    if (line) return oneLine(line.err ? reasons(line.err) : String(line.msg))
  }
  const plain = lines.filter((line, i) => !logged[i] && line.trim() !== '')
  return oneLine(
    plain.findLast((line) => /^(\w*Error\b.*|\w+: error):|FATAL|PANIC/.test(line)) ?? plain.at(-1) ?? ''
  )
}

function parsed(line: string): Line | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Line
  } catch {
    // Plain text that begins like JSON.
    return undefined
  }
}

function reasons({ message, cause }: Fault): string {
  const deeper = cause ? reasons(cause) : ''
  const own = String(message ?? '')
  return deeper === '' || own.includes(deeper) ? own : `${own}: ${deeper}`
}

/** A message of several lines is a heading and a list. */
const oneLine = (text: string) =>
  text
    .trim()
    .replace(/:\s*\n\s*/g, ': ')
    .replace(/\s*\n\s*/g, '; ')
    .replace(/\.$/, '')
    .slice(0, 1_000)
