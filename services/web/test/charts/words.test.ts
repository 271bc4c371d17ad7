// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { visibleOf } from '../../src/charts/chart-series.ts'
import { createComposer, looksOf } from '../../src/charts/compose.ts'
import { summaryOf } from '../../src/charts/summary.ts'
import { csvOf, rowsOf } from '../../src/charts/table.ts'

const line = (label: string, y: number[], changes = {}) => ({
  key: label,
  label,
  colour: 0,
  x: Float64Array.from(y, (_, i) => i + 1),
  y: Float64Array.from(y),
  ...changes
})

describe('a chart in words', () => {
  test('the summary says first, last, extremes, trend and gaps', () => {
    const text = summaryOf(line('train', [5, 4, 3, Number.NaN, 1]))
    expect(text).toBe('train: from 5 to 1, least 1 at 5, greatest 5 at 1, falling, 1 not finite')
    expect(summaryOf(line('train', []))).toBe('train: no values yet')
    expect(summaryOf(line('train', [2, 2, 2]))).toContain('level')
    expect(summaryOf(line('train', [1, 2, 3]))).toContain('rising')
  })

  test('the table has a row for each x of any line', () => {
    const short = { ...line('validation', [9]), x: Float64Array.of(2) }
    const rows = rowsOf([line('train', [1, Number.NaN]), short])
    expect(rows).toEqual([
      { x: 1, values: [1, undefined] },
      { x: 2, values: [Number.NaN, 9] }
    ])
    expect(rowsOf([line('train', [1, 2, 3])], { from: 2, to: 2 })).toHaveLength(1)
  })

  test('CSV quotes names and never holds a formula', () => {
    const text = csvOf('step', [line('=1+1"', [1, Number.NaN])])
    expect(text).toBe('"step","\'=1+1"""\r\n1,1\r\n2,NaN\r\n')
  })
})

describe('compose', () => {
  test('a smoothed line lies over its faint raw one; a ghost is not smoothed', () => {
    const series = [line('train', [1, 2, 3, 4]), line('old', [1, 2], { ghostOf: 'train' })]
    expect(looksOf(series, 0)).toHaveLength(2)
    const looks = looksOf(series, 0.5)
    expect(looks.map(({ opacity }) => opacity)).toEqual([0.3, undefined, 0.35])
    const view = { smooth: 0.5, logScale: false, domain: { from: 1, to: 4 }, pixels: 100 }
    const { joined } = createComposer()(series, view)
    expect(joined.ys).toHaveLength(3)
    expect(joined.ys[0]).toEqual([1, 2, 3, 4])
    expect(joined.ys[1]?.at(-1)).toBeCloseTo(3.2667, 3)
  })

  test('a lifted line stands out of the others; a hidden one takes its ghost with it', () => {
    const series = [line('old', [1], { ghostOf: 'a' }), line('a', [1]), line('b', [2])]
    expect(looksOf(series, 0, 'a').map(({ width, opacity }) => [width, opacity])).toEqual([
      [1, 0.35],
      [3, undefined],
      [1, 0.15]
    ])
    expect(looksOf(series, 0, 'not there')).toEqual(looksOf(series, 0))
    expect(visibleOf(series, ['a']).map(({ key }) => key)).toEqual(['b'])
  })

  test('markers come from the lines that count', () => {
    const attempt = Float64Array.of(1, 1, 2)
    const series = [line('train', [3, Number.NaN, 1], { attempt, direction: 'min' })]
    const view = { smooth: 0, logScale: false, domain: { from: 1, to: 3 }, pixels: 100 }
    expect(createComposer()(series, view).markers).toEqual([
      { kind: 'not-finite', x: 2 },
      { kind: 'seam', x: 3, attempt: 2 },
      { kind: 'best', x: 3, y: 1 }
    ])
  })
})
