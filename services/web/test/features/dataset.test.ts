// @vitest-environment node
import type { ColumnProfile, Dataset } from '@trainyard/contracts/dataset'
import { describe, expect, it } from 'vitest'
import { placeOf } from '../../src/datasets/place.ts'
import { cellOf } from '../../src/features/dataset/cells.ts'
import { type ColumnSummary, summaryOf } from '../../src/features/dataset/column-stats.ts'
import { nextSort, sortFrom, sortText, visibleColumns } from '../../src/features/dataset/column-view.ts'
import { findingsOf } from '../../src/features/dataset/findings.ts'
import { rowOfLine } from '../../src/features/dataset/row-of-line.ts'
import { trainLink } from '../../src/features/dataset/train-link.ts'

const column = (name: string, type: ColumnProfile['type'], more: object = {}): ColumnProfile => ({
  name,
  type,
  missing: 0,
  distinct: 5,
  ...more
})

describe('what a column card says', () => {
  it('a number has bins in order, its range, and the same in words', () => {
    const histogram = { edges: [0, 10, 20], counts: [3, 5] }
    const summary = summaryOf(
      column('tenure', 'number', { missing: 2, min: 0, max: 20, histogram, distinct_exact: false }),
      10
    )
    expect(summary).toMatchObject({ kind: 'bins', missingShare: 0.2, range: '0 to 20', exact: false })
    expect(summary.bars).toEqual([
      { label: '0 to 10', count: 3 },
      { label: '10 to 20', count: 5 }
    ])
    expect(summary.text).toBe('8\u00a0values from 0 to 20; most, 5 (63\u00a0%), at 10 to 20.')
  })

  it('bins around whole numbers are those numbers, and one bin is its value', () => {
    const whole = column('n', 'integer', { histogram: { edges: [-0.5, 0.5, 1.5], counts: [1, 1] } })
    expect(summaryOf(whole, 2).bars.map(({ label }) => label)).toEqual(['0', '1'])
    const one = column('n', 'number', { histogram: { edges: [7, 7], counts: [4] } })
    expect(summaryOf(one, 4).bars).toEqual([{ label: '7', count: 4 }])
  })

  it('the others show their most frequent values; whole numbers beyond 2^53 and dates keep every digit', () => {
    const top = [
      { value: 'no', count: 7 },
      { value: 'yes', count: 3 }
    ]
    const summary = summaryOf(column('churned', 'category', { top, distinct: 4 }), 10)
    expect(summary.kind).toBe('values')
    expect(summary.text).toBe('no 7, yes 3, and 2\u00a0other values; the most frequent is 70\u00a0%.')
    const large = summaryOf(column('k', 'integer', { min: '-9007199254740993', max: 5 }), 10)
    expect(large.range).toBe('-9007199254740993 to 5')
    expect(summaryOf(column('t', 'text', { min_length: 1, max_length: 90 }), 10).range).toBe(
      '1 to 90 characters'
    )
  })

  it('holds without statistics, with strange ones and without any value', () => {
    expect(summaryOf(column('x', 'empty', { missing: 3, distinct: 0 }), 3).text).toBe('No value in any row.')
    const strange = column('x', 'number', { histogram: { edges: [1], counts: ['a'] }, top: [{ value: 1 }] })
    expect(summaryOf(strange, 3).bars).toEqual([])
    expect(summaryOf(strange, 3).text).toContain('5 of them different')
    expect(summaryOf(column('x', 'id'), 0).missingShare).toBe(0)
  })
})

describe('findings', () => {
  const dataset = (more: Partial<Dataset>) => ({
    rows: 100,
    columns: [] as ColumnProfile[],
    findings: [],
    associations: [],
    target_suggestion: null,
    ...more
  })
  const codes = (found: { code: string; column: string | undefined }[]) =>
    found.map(({ code, column: of }) => `${code}:${of}`)

  it('warnings come first, and what is about a column can be answered by leaving it out', () => {
    const found = findingsOf(
      dataset({
        findings: [
          { code: 'blank_rows', severity: 'info', message: '2 of 100 rows have no value.' },
          { code: 'empty_column', severity: 'warning', message: '…', column: 'gone' }
        ]
      }),
      new Set()
    )
    expect(codes(found)).toEqual(['empty_column:gone', 'blank_rows:undefined'])
    expect(found.map(({ leaveOut }) => leaveOut)).toEqual([true, false])
  })

  it('the statistics tell ids, constants, repeated and leaking columns, and a rare class', () => {
    const found = findingsOf(
      dataset({
        columns: [
          column('customerID', 'id', { distinct: 100 }),
          column('country', 'category', { distinct: 1 }),
          column('churned', 'category', {
            distinct: 2,
            top: [
              { value: 'no', count: 97 },
              { value: 'yes', count: 3 }
            ]
          })
        ],
        associations: [
          { a: 'churned', b: 'cancelled', kind: 'cramers_v', value: 0.999 },
          { a: 'cents', b: 'euros', kind: 'pearson', value: -1 },
          { a: 'a', b: 'b', kind: 'pearson', value: 0.5 }
        ],
        target_suggestion: 'churned'
      }),
      new Set()
    )
    expect(codes(found)).toEqual([
      'id_like:customerID',
      'constant:country',
      'leaking:cancelled',
      'imbalanced:churned',
      'duplicate:euros'
    ])
    expect(found.find(({ code }) => code === 'imbalanced')?.leaveOut).toBe(false)
    expect(new Set(found.map(({ key }) => key)).size).toBe(found.length)
  })

  it('a column that is left out is complained about no more', () => {
    const columns = [column('id', 'id'), column('other', 'id')]
    expect(codes(findingsOf(dataset({ columns }), new Set(['id'])))).toEqual(['id_like:other'])
  })
})

describe('the columns of a wide dataset', () => {
  const summaries = [
    column('b10', 'text', { missing: 1 }),
    column('B2', 'number', { missing: 9 }),
    column('a', 'id', { missing: 1 })
  ].map((one): ColumnSummary => summaryOf(one, 10))
  const names = (filter: string, sort: string | null) =>
    visibleColumns(summaries, filter, sortFrom(sort)).map(({ name }) => name)

  it('are filtered by name and sorted as the address says, equal ones as in the file', () => {
    expect(names('', null)).toEqual(['b10', 'B2', 'a'])
    expect(names(' B ', null)).toEqual(['b10', 'B2'])
    expect(names('', 'name')).toEqual(['a', 'B2', 'b10'])
    expect(names('', '-missing')).toEqual(['B2', 'b10', 'a'])
    expect(names('', 'nonsense')).toEqual(['b10', 'B2', 'a'])
    expect(names('', '-file')).toEqual(['a', 'B2', 'b10'])
  })

  it('a heading goes up, down, and back to the order of the file', () => {
    const up = nextSort(sortFrom(null), 'name')
    const down = nextSort(up, 'name')
    expect([sortText(up), sortText(down), sortText(nextSort(down, 'name'))]).toEqual(['name', '-name', null])
    expect(sortText(nextSort(down, 'type'))).toBe('type')
  })
})

describe('small things', () => {
  it('cells keep every digit; missing is missing and not the text "null"', () => {
    expect(cellOf(null, 'number')).toEqual({ missing: true })
    expect(cellOf(0.1234567891, 'number')).toEqual({ missing: false, text: '0.1234567891', number: true })
    expect(cellOf('9007199254740993', 'integer')).toMatchObject({ text: '9007199254740993', number: true })
    expect(cellOf('null', 'text')).toEqual({ missing: false, text: 'null', number: false })
    expect(cellOf(false, 'boolean')).toMatchObject({ text: 'false', number: false })
    expect(cellOf({ a: 1 }, undefined)).toMatchObject({ text: '{"a":1}' })
  })

  it('an error’s place is told as far as it is known', () => {
    expect(placeOf({ line: 1_118, column: 'age' })).toBe('Line 1,118, column “age”')
    expect(placeOf({ line: null, column: 3 })).toBe('Column 3')
    expect(placeOf({ line: null, column: null })).toBeUndefined()
  })

  it('names with anything in them arrive at the form whole', () => {
    const hostile = 'a&b=c <x> \u202e "🚂"'
    const url = new URL(trainLink('d1', { target: hostile, leave: [hostile, 'b'] }), 'http://x')
    expect(url.searchParams.get('target')).toBe(hostile)
    expect(url.searchParams.getAll('leave')).toEqual([hostile, 'b'])
    expect(trainLink('d1')).toBe('/train?dataset=d1')
  })
})

describe('a line of the file', () => {
  const rows = [
    ['a', 1],
    ['two\nlines', 2],
    ['b', 3]
  ]
  it('is found among the shown rows, line breaks inside of cells counted', () => {
    const of = (line: number, format: Dataset['format']) => rowOfLine(line, format, rows)
    expect([1, 2, 3, 4, 5, 6].map((line) => of(line, 'csv'))).toEqual([undefined, 0, 1, 1, 2, 'past'])
    expect([1, 2, 3, 4].map((line) => of(line, 'jsonl'))).toEqual([0, 1, 2, 'past'])
    expect(of(2, 'json')).toBeUndefined()
  })
})
