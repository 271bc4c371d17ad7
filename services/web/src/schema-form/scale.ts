import type { JsonSchema } from './types.ts'
import { boundsOf } from './words.ts'

/** The values that a slider can take, ascending. Null: no slider, only the box. */
export type Stops = number[]

const MANTISSAS = [1, 2, 3, 5, 7]
const MOST = 1_000
const DECADES = 3

type Options = { integer: boolean; log: boolean; fallback: unknown }

/**
 * A slider needs two ends. On a log scale an end that is 0, missing or far away is put three decades from the default:
 * the box beside it takes every value that is allowed.
 */
export function stopsOf(schema: JsonSchema, { integer, log, fallback }: Options): Stops | null {
  // Nothing to start from: a slider would show a value where there is none.
  if (typeof fallback !== 'number') return null
  const { low, high, aboveLow, belowHigh } = boundsOf(schema)
  const allowed = (value: number) =>
    (low === undefined || (aboveLow ? value > low : value >= low)) &&
    (high === undefined || (belowHigh ? value < high : value <= high))
  const step = typeof schema.multipleOf === 'number' && schema.multipleOf > 0 ? schema.multipleOf : undefined
  const stops = log ? logStops({ low, high, integer, fallback }) : linearStops({ low, high, integer, step })
  if (!stops) return null
  const kept = [...new Set(stops)].filter(allowed).toSorted((a, b) => a - b)
  return kept.length >= 2 && kept.length <= MOST + 1 ? kept : null
}

type Ends = { low: number | undefined; high: number | undefined; integer: boolean }

function linearStops({ low, high, integer, step }: Ends & { step: number | undefined }): number[] | null {
  if (low === undefined || high === undefined || high <= low) return null
  const by = step ?? (integer ? 1 : (high - low) / 100)
  const count = Math.floor((high - low) / by + 1e-9)
  if (count > MOST) return null
  return Array.from({ length: count + 1 }, (_, i) => tidy(low + i * by))
}

function logStops({ low, high, integer, fallback }: Ends & { fallback: number }): number[] | null {
  const middle = fallback > 0 ? fallback : undefined
  const from = low !== undefined && low > 0 && near(low, middle) ? low : middle && middle / 10 ** DECADES
  const to = high !== undefined && near(high, middle) ? high : middle && middle * 10 ** DECADES
  if (!from || !to || to <= from) return null
  const zero = low === 0 ? [0] : []
  if (integer) {
    const powers = Array.from({ length: 54 }, (_, i) => 2 ** i).filter((n) => n >= from && n <= to)
    return [...zero, Math.ceil(from), ...powers, Math.floor(to)]
  }
  const first = Math.floor(Math.log10(from))
  const last = Math.ceil(Math.log10(to))
  if (last - first > 40) return null
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i).flatMap((exponent) =>
    MANTISSAS.map((mantissa) => Number(`${mantissa}e${exponent}`))
  )
  return [...zero, tidy(from), ...all.filter((value) => value > from && value < to), tidy(to)]
}

const near = (end: number, middle: number | undefined) =>
  middle === undefined || Math.abs(Math.log10(end / middle)) <= DECADES + 1.01

/** Without the dust of binary fractions: 0.07, not 0.07000000000000001. */
const tidy = (value: number) => Number(value.toPrecision(12))

/** The stop nearest to a value; the first where the value is none. */
export function nearest(stops: Stops, value: unknown): number {
  if (typeof value !== 'number') return 0
  let best = 0
  for (const [i, stop] of stops.entries()) {
    if (Math.abs(stop - value) < Math.abs((stops[best] ?? 0) - value)) best = i
  }
  return best
}
