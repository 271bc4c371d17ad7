export type LogLine = { n: number; at: string; stream: string; line: string }
export type LogStore = ReturnType<typeof createLogStore>

const LIMIT = 50_000
/** Cutting is done in steps, so that a full store does not move 50,000 lines for each new one. */
const SLACK = 1_000

/**
 * The last 50,000 lines of a job, by rising number, each once. Older lines may be added in front as long as there is
 * room; `lines()` is one array that is replaced, never changed, so that readers can compare it.
 */
export function createLogStore(limit = LIMIT, slack = SLACK) {
  let lines: LogLine[] = []
  let shown: readonly LogLine[] = lines
  let dirty = false
  const listeners = new Set<() => void>()

  function indexOf(n: number): number {
    const last = lines.at(-1)
    if (!last || last.n < n) return lines.length
    let low = 0
    let high = lines.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((lines[middle] as LogLine).n < n) low = middle + 1
      else high = middle
    }
    return low
  }

  function add(line: LogLine) {
    const index = indexOf(line.n)
    if (lines[index]?.n === line.n) return
    if (index === lines.length) lines.push(line)
    else if (index === 0 && lines.length >= limit) return
    else lines.splice(index, 0, line)
    if (lines.length > limit + slack) lines = lines.slice(-limit)
    dirty = true
  }

  /** A page of older lines at once: in front of what is there, in one move. */
  function addPage(page: readonly LogLine[]) {
    const first = lines[0]?.n ?? Number.POSITIVE_INFINITY
    const older = page.filter(({ n }) => n < first).slice(-Math.max(0, limit - lines.length))
    for (const line of page) if (line.n >= first) add(line)
    if (older.length === 0) return
    lines = [...older, ...lines]
    dirty = true
  }

  return {
    add,
    addPage,
    clear() {
      lines = []
      dirty = true
    },
    lines(): readonly LogLine[] {
      if (dirty) {
        shown = lines.length > limit ? lines.slice(-limit) : [...lines]
        dirty = false
      }
      return shown
    },
    isFull: () => lines.length >= limit,
    /** Tells those who read; called once a flush, not once a line. */
    notify() {
      for (const listener of [...listeners]) listener()
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}
