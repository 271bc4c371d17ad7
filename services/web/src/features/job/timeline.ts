import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job, Phase } from '@trainyard/contracts/training'

export type TimelinePart = { phase: Phase; seconds: number; running: boolean }
export type TimelineAttempt = { attempt: number; parts: TimelinePart[]; seconds: number }

export const PHASE_WORDS: Record<Phase, string> = {
  queued: 'waiting for a worker',
  claiming: 'being taken up',
  downloading: 'fetching the data',
  loading: 'reading the data',
  first_step: 'first step',
  training: 'training',
  evaluating: 'evaluating',
  uploading: 'uploading'
}

/**
 * Where the time went: how long each phase of each attempt lasted, from one entry to the next. The wait before an
 * attempt belongs to it. `now` ends the last part of a job that goes on.
 */
export function timelineOf(job: Pick<Job, 'timeline' | 'state'>, now: number): TimelineAttempt[] {
  const attempts = new Map<number, TimelinePart[]>()
  job.timeline.forEach((entry, i) => {
    if (isTerminal(entry.state)) return
    const next = job.timeline[i + 1]
    const isLast = next === undefined
    const end = isLast ? now : Date.parse(next.at)
    const seconds = Math.max(0, (end - Date.parse(entry.at)) / 1_000)
    const waiting = entry.state === 'queued'
    const attempt = waiting ? (nextAttempt(job.timeline, i) ?? entry.attempt + 1) : entry.attempt
    const phase = waiting ? 'queued' : entry.phase
    const parts = attempts.get(attempt) ?? []
    attempts.set(attempt, parts)
    const previous = parts.at(-1)
    if (previous?.phase === phase) {
      previous.seconds += seconds
      previous.running = isLast
    } else parts.push({ phase, seconds, running: isLast })
  })
  return [...attempts].map(([attempt, parts]) => ({
    attempt,
    parts,
    seconds: parts.reduce((sum, part) => sum + part.seconds, 0)
  }))
}

const nextAttempt = (timeline: Job['timeline'], from: number) =>
  timeline.slice(from + 1).find(({ state }) => state !== 'queued')?.attempt

/** The part that took longest of all. */
export function longestPart(attempts: readonly TimelineAttempt[]): TimelinePart | undefined {
  return attempts.flatMap(({ parts }) => parts).toSorted((a, b) => b.seconds - a.seconds)[0]
}
