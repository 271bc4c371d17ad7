import { plain } from '../format/numbers.ts'
import { isRecord, type JsonSchema } from './types.ts'

/** `hidden_sizes` → `Hidden sizes`. Names that are not in snake case stay as they are. */
export function titleOf(name: string): string {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) return name
  const words = name.replaceAll('_', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

export type Bounds = { low?: number; high?: number; aboveLow: boolean; belowHigh: boolean }

const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** The tighter of the inclusive and the exclusive bound on each side. */
export function boundsOf(schema: JsonSchema): Bounds {
  const minimum = finite(schema.minimum)
  const above = finite(schema.exclusiveMinimum)
  const maximum = finite(schema.maximum)
  const below = finite(schema.exclusiveMaximum)
  const aboveLow = above !== undefined && (minimum === undefined || above >= minimum)
  const belowHigh = below !== undefined && (maximum === undefined || below <= maximum)
  return {
    low: aboveLow ? above : minimum,
    high: belowHigh ? below : maximum,
    aboveLow,
    belowHigh
  }
}

/** `1 to 4,096`, `0 to less than 1`, `more than 0`; empty where anything goes. */
export function rangeWords(schema: unknown): string {
  if (!isRecord(schema)) return ''
  const { low, high, aboveLow, belowHigh } = boundsOf(schema)
  const from = low === undefined ? '' : `${aboveLow ? 'more than ' : ''}${plain(low)}`
  const to = high === undefined ? '' : `${belowHigh ? 'less than ' : ''}${plain(high)}`
  if (from && to) return `${from} to ${to}`
  if (from) return aboveLow ? from : `${from} or more`
  if (to) return belowHigh ? to : `${to} or less`
  return ''
}

/** `a`, `a or b`, `a, b or c`; a long list ends with how many more there are. */
export function orWords(words: string[], most = 8): string {
  if (words.length > most) return `${words.slice(0, most).join(', ')} or ${words.length - most} more`
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}

/** A value as a person would say it: `384, 384`, `off`, `0.1`. */
export function valueWords(value: unknown): string {
  if (value === null) return 'off'
  if (value === true) return 'on'
  if (value === false) return 'off'
  if (typeof value === 'number') return plain(value)
  if (typeof value === 'string') return value === '' ? 'empty' : value
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) {
    return value.length === 0 ? 'none' : value.map(plain).join(', ')
  }
  return JSON.stringify(value) ?? ''
}
