// @vitest-environment node
import { expect, test } from 'vitest'
import { readLogFilter, writeLogFilter } from '../../../src/features/job/log-filter.ts'

test('filters of the log go through the address and back, beside what else is in it', () => {
  const filter = { text: 'a&b = "c"', level: 'error', stream: 'platform' } as const
  const params = writeLogFilter(new URLSearchParams('smooth=0.5'), filter)
  expect(params.get('smooth')).toBe('0.5')
  expect(readLogFilter(new URLSearchParams(params.toString()))).toEqual(filter)
  expect(writeLogFilter(params, { text: '', level: 'all', stream: 'all' }).toString()).toBe('smooth=0.5')
})

test('an address that names no such filter shows everything', () => {
  expect(readLogFilter(new URLSearchParams('level=loud&source=x'))).toEqual({
    text: '',
    level: 'all',
    stream: 'all'
  })
})
