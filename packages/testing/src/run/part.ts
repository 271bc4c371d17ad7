export type Counts = { passed: number; failed: number; skipped: number }

/** One part of the test command. Rejecting counts as one failure, and so does running nothing. */
export type Part = { name: string; run: (context: RunContext) => Promise<Counts> }

export type RunContext = {
  root: string
  env: Record<string, string | undefined>
  /** Long forms: more rounds, more combinations. */
  full: boolean
  /** Aborted when the run is interrupted or the part takes too long. */
  signal: AbortSignal
  say: (line: string) => void
}

export const nothing: Counts = { passed: 0, failed: 0, skipped: 0 }

export function sum(all: Counts[]): Counts {
  return all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped
    }),
    nothing
  )
}

/** The last line of every run. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
