import type { ErrorDetail } from '@trainyard/contracts/common'
import { escapePointer } from '@trainyard/service-kit/error-handler'
import { fail } from '@trainyard/service-kit/errors'

/** Postgres stores neither NUL nor half a surrogate pair, in text or in JSON. */
const bad = (text: string) => text.includes('\0') || !text.isWellFormed()

/** For what people send: 400 with a pointer to each such text. */
export function requireStorable(body: unknown) {
  const details: ErrorDetail[] = []
  visit(body, '', (text, pointer) => {
    if (bad(text) && details.length < 50)
      details.push({ pointer, message: 'holds a character that cannot be stored (NUL or half a character)' })
  })
  if (details.length > 0) throw fail('VALIDATION', { details })
}

function visit(value: unknown, pointer: string, see: (text: string, pointer: string) => void) {
  if (typeof value === 'string') see(value, pointer)
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) visit(item, `${pointer}/${i}`, see)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const at = `${pointer}/${escapePointer(key)}`
      see(key, at)
      visit(item, at, see)
    }
  }
}

/** For what a trainer printed: shown with U+FFFD in those places, since refusing it would lose the line. */
export const storable = (text: string) => (bad(text) ? text.toWellFormed().replaceAll('\0', '\ufffd') : text)

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
