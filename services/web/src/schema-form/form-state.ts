import type { FieldSpec } from './read-fields.ts'
import { type FormValue, isRecord, isUnparsed } from './types.ts'

/** What the field shows: what was set, else its default. */
export function shown(field: FieldSpec, value: FormValue): unknown {
  return Object.hasOwn(value, field.key) ? value[field.key] : field.fallback
}

export function isChanged(field: FieldSpec, value: FormValue): boolean {
  return Object.hasOwn(value, field.key) && !same(value[field.key], field.fallback)
}

export function withField(value: FormValue, key: string, next: unknown): FormValue {
  return next === undefined ? withoutField(value, key) : { ...value, [key]: next }
}

export function withoutField(value: FormValue, key: string): FormValue {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
}

/** Equal as JSON: the order of keys says nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => same(item, b[i]))
  }
  if (!isRecord(a) || !isRecord(b)) return a === b
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  )
}

/** What is sent: no defaults, and no text that is not a value. */
export function sendable(fields: FieldSpec[], value: FormValue): FormValue {
  const fallbacks = new Map(fields.map((field) => [field.key, field.fallback]))
  return Object.fromEntries(
    Object.entries(value).filter(([key, set]) => !holdsUnparsed(set) && !same(set, fallbacks.get(key)))
  )
}

/** Whether there is text in it that is not a value yet. */
export function holdsUnparsed(value: unknown): boolean {
  if (isUnparsed(value)) return true
  if (Array.isArray(value)) return value.some(holdsUnparsed)
  return isRecord(value) && Object.values(value).some(holdsUnparsed)
}
