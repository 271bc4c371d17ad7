import { plain } from '../../format/numbers.ts'
import type { Fact } from './facts.ts'

export type Scale = {
  /** 0 at the low end, 1 at the high one; undefined for what has no place. */
  place: (value: number | string | undefined) => number | undefined
  /** The value at a place; undefined where values are names. */
  value: (place: number) => number | undefined
  ticks: { at: number; label: string }[]
  isLog: boolean
}

/** Numbers above zero that span more than this are laid out by their logarithm. */
const LOG_FROM = 30
const TICKS = 4
const NAMES = 10

/** Where the values of a fact lie on an axis of their own. */
export function scaleOf({ values, numeric }: Pick<Fact, 'values' | 'numeric'>): Scale {
  return numeric ? numbers(values.filter((value) => typeof value === 'number')) : names(values)
}

function numbers(values: readonly number[]): Scale {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const isLog = low > 0 && high / low > LOG_FROM
  const [to, back] = isLog ? [Math.log, Math.exp] : [(n: number) => n, (n: number) => n]
  const span = to(high) - to(low)
  const value = (place: number) => (values.length === 0 ? undefined : back(to(low) + place * span))
  const place = (one: number | string | undefined) => {
    if (typeof one !== 'number' || (isLog && one <= 0)) return undefined
    return span === 0 ? 0.5 : (to(one) - to(low)) / span
  }
  const places =
    values.length === 0 ? [] : span === 0 ? [0.5] : Array.from({ length: TICKS }, (_, i) => i / (TICKS - 1))
  const ticks = places.map((at) => ({
    at,
    label: plain(Number((span === 0 ? low : (value(at) ?? 0)).toPrecision(3)))
  }))
  return { place, value, ticks, isLog }
}

function names(values: Fact['values']): Scale {
  const known = [...new Set(values.filter((value) => value !== undefined).map(String))].sort()
  const at = (i: number) => (i + 0.5) / known.length
  const every = Math.ceil(known.length / NAMES)
  return {
    place(value) {
      const i = value === undefined ? -1 : known.indexOf(String(value))
      return i < 0 ? undefined : at(i)
    },
    value: () => undefined,
    ticks: known.flatMap((label, i) => (i % every === 0 ? [{ at: at(i), label }] : [])),
    isLog: false
  }
}
