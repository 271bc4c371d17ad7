import { type Unparsed, unparsed } from './types.ts'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** `0.001`, `.5`, `1e-4`. An empty box is no value; anything else is kept as it was typed. */
export function parseNumber(text: string): number | undefined | Unparsed {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const number = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN
  return Number.isFinite(number) ? number : unparsed(text)
}

export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return unparsed(text)
  }
}
