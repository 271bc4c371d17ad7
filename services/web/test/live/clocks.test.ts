// @vitest-environment node
import type { Job } from '@trainyard/contracts/training'
import { describe, expect, test } from 'vitest'
import { createFlush } from '../../src/live/flush.ts'
import { mergeJob, newerJob } from '../../src/live/merge-job.ts'
import { createServerClock } from '../../src/live/server-clock.ts'
import { aJob, ID } from './a-job.ts'

describe('flush', () => {
  function fakeClock() {
    const frames = new Map<number, () => void>()
    const timers = new Map<number, () => void>()
    let handle = 0
    const clock = {
      time: 0,
      hidden: false,
      now: () => clock.time,
      isHidden: () => clock.hidden,
      requestFrame: (work: () => void) => {
        frames.set(++handle, work)
        return handle
      },
      cancelFrame: (of: number) => void frames.delete(of),
      setTimer: (work: () => void) => {
        timers.set(++handle, work)
        return handle
      },
      clearTimer: (of: number) => void timers.delete(of),
      frames,
      timers
    }
    return clock
  }

  test('many requests are one flush at the next frame', () => {
    const clock = fakeClock()
    let runs = 0
    const flush = createFlush(clock, () => runs++)
    for (let i = 0; i < 50; i++) flush.request()
    expect(runs).toBe(0)
    expect(clock.frames.size).toBe(1)
    for (const frame of clock.frames.values()) frame()
    expect(runs).toBe(1)
    expect(clock.frames.size).toBe(0)
  })

  test('a hidden tab folds in the handler, at most once a second, and once on return', () => {
    const clock = fakeClock()
    clock.hidden = true
    let runs = 0
    const flush = createFlush(clock, () => runs++)
    for (clock.time = 0; clock.time < 3_000; clock.time += 50) flush.request()
    expect(runs).toBe(3)
    expect(clock.frames.size).toBe(0)
    clock.hidden = false
    flush.visibilityChanged()
    expect(runs).toBe(4)
    expect(clock.timers.size).toBe(0)
    flush.visibilityChanged()
    expect(runs).toBe(4)
  })

  test('what a tab asked for before it was hidden is not lost', () => {
    const clock = fakeClock()
    let runs = 0
    const flush = createFlush(clock, () => runs++)
    flush.request()
    clock.hidden = true
    flush.visibilityChanged()
    expect(runs).toBe(1)
    expect(clock.frames.size).toBe(0)
  })
})

describe('server clock', () => {
  const date = (ms: number) => new Date(ms).toUTCString()

  test('several replies narrow the difference below the second that `Date` counts in', () => {
    const offset = 90_250
    const clock = createServerClock(() => 0)
    expect(clock.offset()).toBe(0)
    for (let at = 1_000_000; at < 1_010_000; at += 730) {
      const server = Math.floor((at + offset) / 1_000) * 1_000
      clock.observe(date(server), at - 20, at + 20)
    }
    expect(Math.abs(clock.offset() - offset)).toBeLessThan(120)
  })

  test('a clock that was set starts anew; nonsense is ignored', () => {
    const clock = createServerClock(() => 0)
    clock.observe(date(1_000_000), 1_000_000, 1_000_000)
    clock.observe(date(5_000_000), 1_000_100, 1_000_100)
    expect(Math.abs(clock.offset() - 4_000_000)).toBeLessThan(1_000)
    const before = clock.offset()
    clock.observe('yesterday', 0, 0)
    clock.observe(null, 0, 0)
    expect(clock.offset()).toBe(before)
  })
})

describe('a job and its events', () => {
  const base = { type: 'job_update' as const, job_id: ID, attempt: 1, ts: '2026-01-01T00:01:00Z' }
  const state = (to: Job['state'], seq: number) => ({
    ...base,
    seq,
    event: 'state' as const,
    data: {
      state: to,
      phase: to === 'running' ? ('training' as const) : null,
      reason: null,
      message: null
    }
  })

  test('state, progress and numbers are taken over; what is old changes nothing', () => {
    let job = aJob({ state: 'queued', last_seq: 1, queue_position: 2, started_at: null })
    job = mergeJob(job, state('running', 2))
    expect([job.state, job.phase, job.started_at, job.queue_position]).toEqual([
      'running',
      'training',
      base.ts,
      null
    ])
    expect(job.timeline.at(-1)).toEqual({ state: 'running', phase: 'training', attempt: 1, at: base.ts })
    expect(mergeJob(job, state('failed', 2))).toBe(job)
    job = mergeJob(job, state('succeeded', 9))
    expect([job.state, job.finished_at, job.last_seq]).toEqual(['succeeded', base.ts, 9])
    expect(job.timeline.at(-1)?.phase).toBe('training')
  })

  test('the best goes on by the metric that the trainer named', () => {
    const best = { metric: 'validation/accuracy', direction: 'max', value: 0.8, step: 10, epoch: 1 }
    const job = aJob({ last_seq: 5, metrics: { latest: null, best, test: null, baseline: null } })
    const metrics = (seq: number, value: number | null) => ({
      ...base,
      seq,
      event: 'metrics' as const,
      data: { step: seq * 10, epoch: seq, values: { 'validation/accuracy': value } }
    })
    expect(mergeJob(job, metrics(6, 0.9)).metrics.best).toMatchObject({ value: 0.9, step: 60, epoch: 6 })
    expect(mergeJob(job, metrics(6, 0.8)).metrics.best).toBe(best)
    expect(mergeJob(job, metrics(6, null)).metrics.best).toBe(best)
  })

  test('an older reading never undoes newer events, but brings what events do not carry', () => {
    const known = mergeJob(aJob({ state: 'running', last_seq: 5 }), state('succeeded', 6))
    const read = aJob({ state: 'running', last_seq: 5, name: 'renamed' })
    const kept = newerJob(known, read)
    expect([kept.state, kept.name, kept.last_seq]).toEqual(['succeeded', 'renamed', 6])
    const newest = aJob({ state: 'succeeded', last_seq: 6 })
    expect(newerJob(known, newest)).toBe(newest)
    expect(newerJob(undefined, read)).toBe(read)
  })
})
