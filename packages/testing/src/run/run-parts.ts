import { type Counts, nothing, type Part, type RunContext, sum } from './part.ts'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

export type Outcome = { name: string; counts: Counts; ms: number }

async function runPart(part: Part, context: RunContext, limitMs: number): Promise<Counts> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(limitMs)])
  try {
    const counts = await part.run({ ...context, signal })
    if (counts.passed + counts.failed + counts.skipped > 0) return counts
    context.say(`  FAILED: there was nothing to run`)
  } catch (error) {
    context.say(`  FAILED: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
  }
  return { ...nothing, failed: 1 }
}

/** Runs the parts one after the other; one that fails does not keep the next from running, an interruption does. */
export async function runParts(parts: Part[], context: RunContext, limitMs: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const part of parts) {
    if (context.signal.aborted) break
    context.say(`${part.name}:`)
    const start = performance.now()
    const counts = await runPart(part, context, limitMs)
    outcomes.push({ name: part.name, counts, ms: performance.now() - start })
  }
  return outcomes
}

/** The time of each part, and what it counted. */
export function table(outcomes: Outcome[], installMs: number | undefined): string[] {
  const install = installMs === undefined ? [] : [{ name: 'install', time: seconds(installMs), counts: '' }]
  const rows = outcomes.map(({ name, counts: { passed, failed, skipped }, ms }) => ({
    name,
    time: seconds(ms),
    counts: `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
  }))
  return [...install, ...rows].map(({ name, time, counts }) =>
    `${name.padEnd(12)} ${time.padStart(8)}  ${counts}`.trimEnd()
  )
}

export const totals = (outcomes: Outcome[]) => sum(outcomes.map(({ counts }) => counts))
