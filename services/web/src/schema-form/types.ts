/** A JSON Schema as it came over the wire: nothing in it is taken for granted. */
export type JsonSchema = Record<string, unknown>

/** What a form holds: only what was set. A setting that is absent has its default. */
export type FormValue = Record<string, unknown>

/** `pointer` is a JSON Pointer (RFC 6901) into the form's value; `message` a sentence. */
export type FieldError = { pointer: string; message: string }

/** Text that is not (yet) a value of its field. It is kept, so that nothing typed is lost, and never sent. */
export type Unparsed = { '~text': string }

export const unparsed = (text: string): Unparsed => ({ '~text': text })

export function isUnparsed(value: unknown): value is Unparsed {
  return isRecord(value) && typeof value['~text'] === 'string' && Object.keys(value).length === 1
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own property only: a setting may be called `constructor`. */
export const own = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** `/a~1b` for the key `a/b`. */
export const pointerTo = (at: string, key: string | number): string =>
  `${at}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
