import { expect, test } from 'vitest'
import { DEFAULT_PREFS, parsePrefs, prefsCookie } from '../../src/prefs/prefs.ts'

test('what is written is read again, among other cookies', () => {
  const prefs = { theme: 'dark', density: 'compact', time: 'utc', keys: 'off', notices: 'on' } as const
  const [pair] = prefsCookie(prefs).split(';')
  expect(parsePrefs(`a=b; ${pair}; c=d`)).toEqual(prefs)
})

test('nonsense falls back to the default, each part by itself', () => {
  const of = (value: string) => parsePrefs(`ty_prefs=${value}`)
  for (const bad of ['', '%', 'x', 'null', '5', '[]', '%7B', '%22dark%22'])
    expect(of(bad)).toEqual(DEFAULT_PREFS)
  expect(of(encodeURIComponent('{"theme":"pink","time":"utc"}'))).toEqual({ ...DEFAULT_PREFS, time: 'utc' })
  expect(parsePrefs('xty_prefs=%7B%22theme%22%3A%22dark%22%7D')).toEqual(DEFAULT_PREFS)
})
