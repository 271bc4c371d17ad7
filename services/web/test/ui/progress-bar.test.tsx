import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { percent } from '../../src/format/numbers.ts'
import { ProgressBar } from '../../src/ui/progress-bar.tsx'

afterEach(cleanup)

test('a bar is spoken as it is shown, with the same rounding', () => {
  for (const value of [0, 0.4, 23.5, 41.49, 99.6, 100]) {
    const { unmount } = render(<ProgressBar percent={value} label="Progress" words="about 2 min left" />)
    const bar = screen.getByRole('progressbar', { name: 'Progress' })
    const shown = Number.parseInt(percent(value), 10)
    expect(bar.getAttribute('aria-valuenow')).toBe(String(shown))
    expect(bar.getAttribute('aria-valuetext')).toBe(`${shown} percent, about 2 min left`)
    unmount()
  }
})

test('a bar without a number says that nothing has begun', () => {
  render(<ProgressBar percent={undefined} label="Progress" />)
  const bar = screen.getByRole('progressbar')
  expect(bar.hasAttribute('aria-valuenow')).toBe(false)
  expect(bar.getAttribute('aria-valuetext')).toBe('not started')
})
