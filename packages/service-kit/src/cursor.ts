import { fail } from './errors.ts'

type Part = string | number | null

/** An opaque cursor that holds the sort key of the last row shown. */
export const encodeCursor = (parts: Part[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** Gives back `length` parts, each a string, a number or null; anything else is a 400 that names the field. */
export function decodeCursor(text: string, length: number): Part[] {
  const parts = parse(text)
  const wellFormed =
    Array.isArray(parts) &&
    parts.length === length &&
    parts.every((p) => p === null || typeof p === 'string' || Number.isFinite(p))
  if (wellFormed) return parts
  throw notACursor()
}

/** The cursor of a list whose rows are numbered: the number to go on from, as text. */
export function numberOfCursor(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw notACursor()
}

/** The refusal of a cursor that a list did not give out, or gave out in another order than it is asked for now. */
export const notACursor = () =>
  fail('VALIDATION', {
    details: [
      {
        pointer: '/cursor',
        message: 'is not a cursor of this list in this order; leave it out to start at the top'
      }
    ]
  })

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}
