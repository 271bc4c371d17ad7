import { render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Name, plainName } from '../../src/ui/name.tsx'

test('what would deceive stands as an escape; everything else stays', () => {
  expect(plainName('invoice\u202Efdp.exe')).toBe('invoice\\u202Efdp.exe')
  expect(plainName('a\u0000b\nc\u200Bd\u2066e')).toBe('a\\u0000b\\u000Ac\\u200Bd\\u2066e')
  for (const name of ['Grüße.csv', 'данные', 'बिक्री', 'فروش', '売上.csv', '<img onerror=x>', "Robert'); --"])
    expect(plainName(name)).toBe(name)
})

test('emoji keep their joiner', () => {
  expect(plainName('👩‍💻.csv')).toBe('👩‍💻.csv')
  expect(plainName('a\u200Db')).toBe('a\\u200Db')
})

test('a name of 4 KB is cut between letters', () => {
  const shown = plainName('😀'.repeat(1_000))
  expect(Array.from(shown)).toHaveLength(301)
  expect(shown.endsWith('…')).toBe(true)
})

test('markup is text in an isolated element', () => {
  const { container } = render(<Name truncate>{'<img src=x onerror=alert(1)>'}</Name>)
  expect(container.querySelector('img')).toBeNull()
  expect(container.querySelector('bdi')?.textContent).toBe('<img src=x onerror=alert(1)>')
})
