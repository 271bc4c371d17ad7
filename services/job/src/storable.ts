import { isStorable } from '@trainyard/service-kit/storable'

/** For what a trainer printed: shown with U+FFFD in those places, since refusing it would lose the line. */
export const storable = (text: string) =>
  isStorable(text) ? text : text.toWellFormed().replaceAll('\0', '\ufffd')

/** `storable` for every text in a JSON value. */
export function storableJson<T>(value: T): T {
  const text = JSON.stringify(value)
  if (!/\\u(0000|d[89a-f])/i.test(text)) return value
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item === 'string') return storable(item)
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [storable(key), inner]))
  })
}
