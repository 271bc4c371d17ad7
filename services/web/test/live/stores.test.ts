// @vitest-environment node
import type { JobUpdate } from '@trainyard/contracts/live'
import type { MetricSeries } from '@trainyard/contracts/training'
import { describe, expect, test } from 'vitest'
import type { Columns } from '../../src/live/columns.ts'
import { createDispatch } from '../../src/live/dispatch.ts'
import { createLogStore } from '../../src/live/log-store.ts'
import { createSeriesStore, type SeriesStore } from '../../src/live/series-store.ts'
import { type Seeded, seeded } from './random.ts'

const rounds = process.env.TEST_FULL === '1' ? 2_000 : 150
const JOB = '0198f2a0-0000-7000-8000-000000000001'

const rows = (columns: Columns | undefined) =>
  Array.from({ length: columns?.length() ?? 0 }, (_, i) => {
    const { step, attempt, value, low, high } = (columns as Columns).at(i)
    return [step, attempt, value, low, high]
  })
const shown = (store: SeriesStore) =>
  store.keys().map((key) => [key, rows(store.get(key)?.main), rows(store.get(key)?.ghost)])

describe('SeriesStore', () => {
  const point = (step: number, attempt: number, value: number | null) => ({
    step,
    epoch: 1,
    attempt,
    at: 0,
    values: { 'train/loss': value }
  })

  test('keeps a value that is not finite as a gap, at its step', () => {
    const store = createSeriesStore()
    store.addMetrics(point(1, 1, 0.5))
    store.addMetrics(point(2, 1, null))
    store.addMetrics(point(3, 1, 0.4))
    expect(store.get('train/loss')?.main.view('value')).toEqual(Float64Array.of(0.5, Number.NaN, 0.4))
    expect(store.get('train/loss')?.main.view('value')).toBeInstanceOf(Float64Array)
  })

  test('cuts all curves where a later attempt goes on, and keeps what was cut as a ghost', () => {
    const store = createSeriesStore()
    for (const step of [1, 2, 3, 4]) store.addMetrics(point(step, 1, step))
    store.addMetrics({ ...point(4, 1, null), values: { 'validation/loss': 9 } })
    store.addMetrics(point(3, 2, 30))
    expect(rows(store.get('train/loss')?.main).map(([step, attempt]) => [step, attempt])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2]
    ])
    expect(rows(store.get('train/loss')?.ghost).map(([step]) => step)).toEqual([3, 4])
    expect(store.get('validation/loss')?.main.length()).toBe(0)
    expect(store.get('validation/loss')?.ghost.length()).toBe(1)
    store.addMetrics(point(1, 3, 100))
    expect(rows(store.get('train/loss')?.main)).toEqual([[1, 3, 100, 100, 100]])
  })

  test('holds the same curves whatever the order of points', () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed)
      const points = attemptsOf(random)
      const inOrder = createSeriesStore()
      const mixed = createSeriesStore()
      for (const one of points) inOrder.addMetrics(one)
      for (const one of random.shuffled([...points, ...points.slice(0, 5)])) mixed.addMetrics(one)
      expect(shown(mixed)).toEqual(shown(inOrder))
    }
  })

  test('history and live points are one curve, whichever comes first', () => {
    const history: MetricSeries = {
      series: [
        {
          key: 'train/loss',
          direction: 'min',
          points: [
            { step: 10, epoch: 1, attempt: 1, at: '2026-01-01T00:00:10Z', value: 5, min: 2, max: 9 },
            { step: 20, epoch: 1, attempt: 1, at: null, value: null }
          ]
        }
      ]
    }
    const live = [point(10, 1, 5), point(30, 1, 3)]
    const first = createSeriesStore()
    first.addHistory(history)
    for (const one of live) first.addMetrics(one)
    const last = createSeriesStore()
    for (const one of live) last.addMetrics(one)
    last.addHistory(history)
    expect(shown(first)).toEqual(shown(last))
    expect(rows(first.get('train/loss')?.main)[0]).toEqual([10, 1, 5, 2, 9])
    expect(last.get('train/loss')?.main.view('at')).toEqual(
      Float64Array.of(Date.UTC(2026, 0, 1, 0, 0, 10), Number.NaN, 0)
    )
    first.refine(
      {
        series: [
          {
            key: 'train/loss',
            direction: 'min',
            points: [1, 9, 2, 5].map((value, i) => ({ step: 7 + i, epoch: 1, attempt: 1, at: null, value }))
          }
        ]
      },
      0,
      10
    )
    expect(rows(first.get('train/loss')?.main).map(([step, , , low]) => [step, low])).toEqual([
      [7, 1],
      [8, 9],
      [9, 2],
      [10, 5],
      [20, Number.NaN],
      [30, 3]
    ])
  })

  test('memory is bounded and extremes survive it', () => {
    const store = createSeriesStore({ points: 1_000, ghost: 100, keys: 2 })
    for (let step = 1; step <= 10_000; step++) store.addMetrics(point(step, 1, step === 3_333 ? 1e6 : 1))
    const main = store.get('train/loss')?.main as Columns
    expect(main.length()).toBeLessThanOrEqual(1_000)
    expect(Math.max(...main.view('high'))).toBe(1e6)
    expect(main.view('step').at(-1)).toBe(10_000)
    store.addMetrics({ ...point(1, 1, 1), values: { a: 1, b: 2, c: 3 } })
    expect(store.keys()).toHaveLength(2)
  })
})

describe('LogStore', () => {
  const line = (n: number) => ({ n, at: '2026-01-01T00:00:00Z', stream: 'stdout', line: `line ${n}` })

  test('keeps the last lines, each once, in order', () => {
    const store = createLogStore(100, 10)
    const random = seeded(1)
    for (const n of random.shuffled(Array.from({ length: 60 }, (_, i) => i + 40))) store.add(line(n))
    store.add(line(50))
    expect(store.lines().map(({ n }) => n)).toEqual(Array.from({ length: 60 }, (_, i) => i + 40))
    store.addPage([line(1), line(2), line(39), line(40)])
    expect(store.lines()[0]?.n).toBe(1)
    expect(store.lines()).toHaveLength(63)
    for (let n = 100; n < 1_000; n++) store.add(line(n))
    expect(store.lines()).toHaveLength(100)
    expect(store.lines().at(-1)?.n).toBe(999)
    expect(store.lines()[0]?.n).toBe(900)
  })

  test('lines() is one array until something changes', () => {
    const store = createLogStore()
    store.add(line(1))
    const before = store.lines()
    expect(store.lines()).toBe(before)
    store.add(line(2))
    expect(store.lines()).not.toBe(before)
    expect(before).toHaveLength(1)
  })
})

describe('dispatch', () => {
  test('any cut, repeat or reordering ends in the same stores once what is missing is asked for', () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed)
      const events = eventsOf(random)
      const straight = world()
      straight.dispatch.startAt(0)
      for (const event of events) straight.dispatch.receive(event)

      const { dispatch, ...stores } = world()
      dispatch.startAt(0)
      let at = 0
      while ((dispatch.last() ?? 0) < events.length) {
        // The socket brings what it brings, and is cut somewhere; then the client asks for what follows.
        const until = Math.min(events.length, at + 1 + random.below(30))
        const sent = events.slice(at, until).filter(() => !random.chance(0.1))
        const repeated = [...sent, ...sent.slice(0, random.below(4))]
        for (const event of random.chance(0.5) ? random.shuffled(repeated) : repeated) dispatch.receive(event)
        at = dispatch.last() ?? 0
      }
      expect(shown(stores.series)).toEqual(shown(straight.series))
      expect(stores.logs.lines()).toEqual(straight.logs.lines())
      expect(stores.seen).toEqual(straight.seen)
    }
  })

  test('a merged frame stands for all it replaces; a gap is reported and changes nothing', () => {
    const { dispatch, seen } = world()
    const [first, second] = eventsOf(seeded(3)) as [JobUpdate, JobUpdate]
    expect(dispatch.receive(first)).toBe('gap')
    dispatch.startAt(0)
    expect(dispatch.receive(second)).toBe('gap')
    expect(dispatch.receive({ ...second, seq: 5, from_seq: 1 })).toBe('taken')
    expect(dispatch.receive(first)).toBe('old')
    expect(dispatch.last()).toBe(5)
    expect(seen).toEqual([5])
  })
})

function world() {
  const series = createSeriesStore()
  const logs = createLogStore()
  const seen: number[] = []
  return {
    series,
    logs,
    seen,
    dispatch: createDispatch({ series, logs, onUpdate: ({ seq }) => seen.push(seq) })
  }
}

/** Up to four attempts, each going on from a step that an earlier one had reached, or from the start. */
function attemptsOf(random: Seeded) {
  const points = []
  let reached = 0
  for (let attempt = 1; attempt <= 1 + random.below(4); attempt++) {
    let step = random.chance(0.2) ? 0 : random.below(reached + 1)
    for (let i = 0; i < random.below(25); i++) {
      step += 1 + random.below(3)
      const key = random.chance(0.2) ? 'validation/loss' : 'train/loss'
      // A value belongs to its place: a point that is sent again is the same point.
      const value = random.chance(0.05) ? null : (step * 31 + attempt * 7) % 100
      points.push({ step, epoch: 1, attempt, at: 0, values: { [key]: value } })
    }
    reached = Math.max(reached, step)
  }
  return points
}

function eventsOf(random: Seeded): JobUpdate[] {
  const points = attemptsOf(random)
  let n = 0
  const frame = { type: 'job_update' as const, job_id: JOB, ts: '2026-01-01T00:00:00Z' }
  return [...points, ...points, ...points].map((point, i): JobUpdate => {
    const { step, epoch, attempt, values } = points[i % points.length] as (typeof points)[number]
    const base = { ...frame, attempt, seq: i + 1 }
    if (random.chance(0.3)) {
      const data = { n: ++n, at: frame.ts, stream: 'stdout', line: `${step}` }
      return { ...base, event: 'log', data }
    }
    return { ...base, attempt: point.attempt, event: 'metrics', data: { step, epoch, values } }
  })
}
