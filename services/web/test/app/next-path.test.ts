import { expect, test } from 'vitest'
import { nextPath } from '../../src/app/next-path.ts'

const next = (value: string) => nextPath(new URLSearchParams({ next: value }))

test('a path of this site is kept with its query and fragment', () => {
  for (const path of ['/', '/jobs', '/jobs/1/charts?smooth=0.6#x', '/datasets/ü?q=a%2Fb', '/admin/queues'])
    expect(next(path)).toBe(path)
  expect(nextPath(new URLSearchParams())).toBe('/')
})

test('whatever a browser would read as another site leads to the overview', () => {
  const elsewhere = [
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/a\\..\\b',
    'javascript:alert(1)',
    'data:text/html,x',
    'jobs',
    '',
    ' /jobs',
    '/\u0000/x'
  ]
  for (const path of elsewhere) {
    expect(next(path), JSON.stringify(path)).toBe('/')
    expect(new URL(next(path), 'https://trainyard.test').origin).toBe('https://trainyard.test')
  }
})
