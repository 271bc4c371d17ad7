import { fail } from './errors.ts'

const MAX_DEPTH = 32
const MAX_KEYS = 1_000
const FORBIDDEN = /"(?:_|\\u005[fF])(?:_|\\u005[fF])(?:p|\\u0070)/

/**
 * `JSON.parse` for text that came over a boundary: at most 32 levels deep, no `__proto__` key, and where
 * `maxKeys` is given no more keys than that. The depth is counted before parsing, since a parsed value of
 * 10,000 levels overflows the stack of whoever walks it next.
 */
export function parseJson(text: string, { maxKeys = MAX_KEYS }: { maxKeys?: number } = {}): unknown {
  checkShape(text, maxKeys)
  const suspicious = FORBIDDEN.test(text) || text.includes('constructor')
  try {
    return suspicious ? JSON.parse(text, refusePrototype) : JSON.parse(text)
  } catch (cause) {
    if (cause instanceof PrototypeKey) {
      throw fail('VALIDATION', { details: [{ pointer: '', message: `the key ${cause.key} is not allowed` }] })
    }
    throw fail('BAD_REQUEST', { message: `The body is not valid JSON${placeOf(cause)}.`, cause })
  }
}

/** Where the engine says it; its own words hold a piece of the body, and the place is enough. */
function placeOf(cause: unknown): string {
  if (/Unexpected end/.test(String(cause))) return ': it ends too early'
  const [, line, column] = /\(line (\d+) column (\d+)\)$/.exec(String(cause)) ?? []
  return line === undefined ? '' : `; look at line ${line}, column ${column}`
}

class PrototypeKey extends Error {
  readonly key: string
  constructor(key: string) {
    super(key)
    this.key = key
  }
}

function refusePrototype(key: string, value: unknown) {
  if (key === '__proto__') throw new PrototypeKey(key)
  if (
    key === 'constructor' &&
    typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, 'prototype')
  ) {
    throw new PrototypeKey('constructor.prototype')
  }
  return value
}

function checkShape(text: string, maxKeys: number) {
  let depth = 0
  let keys = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (quoted) {
      if (c === 92) i++
      else if (c === 34) quoted = false
    } else if (c === 34) quoted = true
    else if (c === 123 || c === 91) {
      if (++depth > MAX_DEPTH) throw fail('JSON_TOO_DEEP')
    } else if (c === 125 || c === 93) depth--
    else if (c === 58 && ++keys > maxKeys) {
      throw fail('VALIDATION', { details: [{ pointer: '', message: `has more than ${maxKeys} keys` }] })
    }
  }
}
