// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { join } from '../../src/charts/join.ts'
import { bestMarker, seams, valueMarkers } from '../../src/charts/markers.ts'
import { createSmoother } from '../../src/charts/smooth.ts'
import { thin } from '../../src/charts/thin.ts'
import { seeded } from '../live/random.ts'

const rounds = process.env.TEST_FULL === '1' ? 2_000 : 40
const nan = Number.NaN
const counted = (length: number, from = 0) => Float64Array.from({ length }, (_, i) => from + i)

describe('thin', () => {
  test('keeps the extremes and the gaps of every pixel column', () => {
    for (let seed = 0; seed < rounds; seed++) {
      const random = seeded(seed)
      const length = 50 + random.below(3_000)
      const pixels = 5 + random.below(100)
      const gaps = random.chance(0.5) ? 0.01 : 0
      const y = Float64Array.from({ length }, () => (random.chance(gaps) ? nan : random.next() * 2 - 1))
      const x = Float64Array.from({ length }, () => 0)
      for (let i = 1; i < length; i++) x[i] = (x[i - 1] as number) + 1 + random.below(3)
      const to = x.at(-1) as number
      const line = thin({ x, y, from: 0, to, pixels })
      expect(line.x.length).toBeLessThanOrEqual(Math.max(pixels * 2, (pixels + 1) * 3))
      const width = to / pixels
      const columnOf = (at: number) => Math.floor(at / width)
      for (let column = 0; column <= pixels; column++) {
        const raw = [...y].filter((_, i) => columnOf(x[i] as number) === column)
        const drawn = line.y.filter((_, i) => columnOf(line.x[i] as number) === column)
        const numbers = raw.filter(Number.isFinite)
        const shown = drawn.filter((value) => value !== null)
        expect(Math.min(...shown)).toBe(Math.min(...numbers))
        expect(Math.max(...shown)).toBe(Math.max(...numbers))
        expect(drawn.includes(null)).toBe(raw.length > numbers.length)
      }
      expect([...line.x].sort((a, b) => a - b)).toEqual(line.x)
    }
  })

  test('few points are drawn as they are, with one on each side of the range', () => {
    const line = thin({ x: counted(10), y: counted(10), from: 3.5, to: 5.5, pixels: 100 })
    expect(line).toEqual({ x: [3, 4, 5, 6], y: [3, 4, 5, 6] })
    expect(thin({ x: [], y: [], from: 0, to: 1, pixels: 10 })).toEqual({ x: [], y: [] })
  })

  test('a point that stands for many shows their extremes', () => {
    const line = thin({ x: [0, 3], y: [1, 2], low: [1, -5], high: [1, 9], from: 0, to: 3, pixels: 10 })
    expect(line.x).toEqual([0, 1, 2, 3])
    expect(line.y).toContain(-5)
    expect(line.y).toContain(9)
    const many = counted(1_000)
    const low = many.map((value) => (value === 500 ? -7 : value))
    expect(thin({ x: many, y: many, low, high: many, from: 0, to: 999, pixels: 20 }).y).toContain(-7)
  })

  test('zero and below leave gaps on a logarithmic axis', () => {
    expect(thin({ x: [0, 1, 2], y: [1, 0, 2], from: 0, to: 2, pixels: 9, positive: true }).y).toEqual([
      1,
      null,
      2
    ])
  })
})

describe('join', () => {
  test('tells a gap from a place where the other line has a point', () => {
    const joined = join([
      { x: [0, 1, 3], y: [10, null, 30] },
      { x: [1, 2, 2], y: [5, 6, 7] }
    ])
    expect(joined.x).toEqual([0, 1, 2, 2, 3])
    expect(joined.ys).toEqual([
      [10, null, undefined, undefined, 30],
      [undefined, 5, 6, 7, undefined]
    ])
  })
})

describe('smooth', () => {
  test('is the debiased average: a constant stays itself from the first value on', () => {
    const smooth = createSmoother()
    for (const value of smooth(Float64Array.of(3, 3, 3), 0.99, 0)) expect(value).toBeCloseTo(3, 10)
    expect([...smooth(Float64Array.of(1, 2, 4), 0, 0)]).toEqual([1, 2, 4])
    const [first, second, third] = smooth(Float64Array.of(1, nan, 3), 0.5, 1)
    expect(first).toBe(1)
    expect(second).toBeNaN()
    expect(third).toBeCloseTo((0.5 * 0.5 * 1 + 0.5 * 3) / (1 - 0.25), 12)
  })

  test('grows with its input to what smoothing it at once gives', () => {
    const random = seeded(7)
    const values = Float64Array.from({ length: 5_000 }, () => (random.chance(0.01) ? nan : random.next()))
    const growing = createSmoother()
    for (let length = 0; length <= values.length; length += 1 + random.below(400)) {
      growing(values.subarray(0, length), 0.9, 0)
    }
    expect([...growing(values, 0.9, 0)]).toEqual([...createSmoother()(values, 0.9, 0)])
    const changed = values.map((value) => value + 1)
    expect([...growing(changed, 0.9, 1)]).toEqual([...createSmoother()(changed, 0.9, 0)])
  })
})

describe('markers', () => {
  test('the best is the first of equals, gaps are marked once where they are close, seams stand at attempts', () => {
    const y = Float64Array.of(nan, 3, 1, 1, 2)
    expect(bestMarker({ x: counted(5), y }, 'min')).toEqual({ kind: 'best', x: 2, y: 1 })
    expect(bestMarker({ x: counted(5), y }, 'max')).toEqual({ kind: 'best', x: 1, y: 3 })
    expect(bestMarker({ x: [0], y: [nan] }, 'min')).toBeUndefined()
    const gaps = { x: counted(100), y: new Float64Array(100).fill(nan) }
    expect(valueMarkers(gaps, { from: 0, to: 100, pixels: 100 }, false)).toHaveLength(17)
    expect(valueMarkers({ x: [1, 2], y: [0, 5] }, { from: 0, to: 3, pixels: 90 }, true)).toEqual([
      { kind: 'not-positive', x: 1 }
    ])
    expect(seams({ x: [1, 2, 3], y: [0, 0, 0], attempt: [1, 1, 3] })).toEqual([
      { kind: 'seam', x: 3, attempt: 3 }
    ])
  })
})
