import type { Job } from '@trainyard/contracts/training'

/** Points of a curve that count, in their order: which attempt recorded them, and when (ms since 1970, NaN unknown). */
export type Recorded = { attempt: ArrayLike<number>; at: ArrayLike<number> }
/** Seconds of training until a moment of an attempt; NaN where the moment is not known. */
export type Elapsed = (attempt: number, at: number) => number

/** When each attempt came to its first step, in milliseconds by the server's clock. */
export function firstSteps(timeline: Job['timeline']): Map<number, number> {
  const starts = new Map<number, number>()
  for (const { state, phase, attempt, at } of timeline) {
    const trains = state === 'running' && (phase === 'first_step' || phase === 'training')
    if (trains && !starts.has(attempt)) starts.set(attempt, Date.parse(at))
  }
  return starts
}

/**
 * A clock that runs while the job trains. What lies between two attempts does not count, nor does what a later attempt
 * did again, so a resumed curve is the uninterrupted one.
 */
export function elapsedClock(starts: ReadonlyMap<number, number>, curves: readonly Recorded[]): Elapsed {
  const spans = new Map<number, { from: number; to: number }>()
  for (const { attempt, at } of curves) {
    for (let i = 0; i < at.length; i++) {
      const moment = at[i] as number
      if (!Number.isFinite(moment)) continue
      const span = spans.get(attempt[i] as number)
      if (!span) spans.set(attempt[i] as number, { from: moment, to: moment })
      else if (moment < span.from) span.from = moment
      else if (moment > span.to) span.to = moment
    }
  }
  const origins = new Map<number, number>()
  let before = 0
  for (const [attempt, { from, to }] of [...spans].sort(([a], [b]) => a - b)) {
    const start = Math.min(from, starts.get(attempt) ?? from)
    origins.set(attempt, start - before)
    before += to - start
  }
  return (attempt, at) => Math.max(0, at - (origins.get(attempt) ?? Number.NaN)) / 1_000
}
