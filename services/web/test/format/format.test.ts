import { describe, expect, test } from 'vitest'
import { bytes, counted, decimal, integer, loss, percent, plain, share } from '../../src/format/numbers.ts'
import { ago, clock, dateTime, duration, elapsed, etaWords } from '../../src/format/times.ts'

/** Expectations are written with plain spaces; the texts hold ones that do not break. */
const said = (text: string) => text.replaceAll('\u00a0', ' ')

test('time on an axis is short', () => {
  const shown = [0, 0.5, 12.34, 60, 100, 3_600, 3_720].map((seconds) => said(elapsed(seconds)))
  expect(shown).toEqual(['0 s', '0.5 s', '12.3 s', '1:00', '1:40', '1:00:00', '1:02:00'])
  expect(elapsed(undefined)).toBe('–')
})

describe('numbers', () => {
  test('whole numbers are grouped, and a missing one is a dash', () => {
    expect(integer(7043)).toBe('7,043')
    expect(integer(0)).toBe('0')
    expect([integer(null), integer(undefined), integer(Number.NaN), bytes(null), percent(undefined)]).toEqual(
      Array(5).fill('–')
    )
  })

  test('a loss has six digits, and one too small for them keeps its size', () => {
    expect(loss(0.412883)).toBe('0.412883')
    expect(loss(12)).toBe('12.000000')
    expect(loss(0)).toBe('0.000000')
    expect(loss(1.5e-9)).toBe('1.50e-9')
    expect(loss(3e22)).toBe('3.00e+22')
    expect(decimal(0.87129, 4)).toBe('0.8713')
    expect(decimal(-0.5, 1)).toBe('-0.5')
  })

  test('a plain number shows what it needs', () => {
    expect([0.1, 0.00001, 1e-9, 1250, 1e9, 1_048_576, 0.1 + 0.2, 1 / 3, 0].map(plain)).toEqual([
      '0.1',
      '0.00001',
      '1e-9',
      '1,250',
      '1,000,000,000',
      '1,048,576',
      '0.3',
      '0.333333',
      '0'
    ])
  })

  test('less than everything never reads as 100 percent', () => {
    expect([0, 24.4, 99.4, 99.9, 100].map(percent).map(said)).toEqual([
      '0 %',
      '24 %',
      '99 %',
      '99 %',
      '100 %'
    ])
    expect([0, 0.001, 0.03, 1].map(share).map(said)).toEqual(['0 %', '< 1 %', '3 %', '100 %'])
  })

  test('bytes take the unit that leaves three digits', () => {
    const sizes = [0, 12, 999, 999.6, 1_500, 999_999, 104_857_600, 1.9e9, 2e12, 5e18]
    expect(sizes.map(bytes).map(said)).toEqual([
      '0 B',
      '12 B',
      '999 B',
      '1 kB',
      '1.5 kB',
      '1 MB',
      '105 MB',
      '1.9 GB',
      '2 TB',
      '5,000 PB'
    ])
    expect(bytes(-1)).toBe('0\u00a0B')
  })

  test('one row is not rows', () => {
    expect([counted(1, 'row'), counted(7043, 'row'), counted(0, 'class', 'classes')].map(said)).toEqual([
      '1 row',
      '7,043 rows',
      '0 classes'
    ])
  })
})

describe('times', () => {
  test('a duration names its two largest units and rounds without ever showing 60', () => {
    const spans = [0, 0.05, 0.4, 9.96, 41, 59.6, 60, 184, 3_599.7, 7_500, 86_399, 273_600, -3]
    expect(spans.map(duration).map(said)).toEqual([
      '0 s',
      '0.05 s',
      '0.4 s',
      '10 s',
      '41 s',
      '1 min',
      '1 min',
      '3 min 4 s',
      '1 h',
      '2 h 5 min',
      '1 d',
      '3 d 4 h',
      '0 s'
    ])
    expect(duration(null)).toBe('–')
  })

  test('a clock has 24 hours and an unreadable date is a dash', () => {
    expect(clock('2026-11-25T00:03:22Z', { utc: true })).toBe('00:03:22')
    expect(dateTime('2026-11-25T14:03:22Z', { utc: true })).toBe('25 Nov 2026, 14:03')
    expect(clock('soon')).toBe('–')
  })

  test('ago is short, and never in the future', () => {
    const now = Date.parse('2026-11-25T12:00:00Z')
    const before = (seconds: number) => said(ago(new Date(now - seconds * 1_000), now, { utc: true }))
    expect([-50, 3, 59, 60, 3_599, 3_600, 86_400, 40 * 86_400].map(before)).toEqual([
      'just now',
      'just now',
      '59 s ago',
      '1 min ago',
      '59 min ago',
      '1 h ago',
      '1 d ago',
      '16 Oct 2026'
    ])
    expect(ago('never', now)).toBe('–')
  })

  test('what is left is said in words that do not flicker', () => {
    expect([2, 12, 54, 58, 130, 3_590, 5_400, 86_400 * 2, null].map(etaWords)).toEqual([
      'a few seconds left',
      'about 10 seconds left',
      'about 50 seconds left',
      'about 1 minute left',
      'about 2 minutes left',
      'about 1 hour left',
      'about 1 hour 30 minutes left',
      'about 2 days left',
      ''
    ])
  })
})
