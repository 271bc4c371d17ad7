import { lowerBound } from '../live/lower-bound.ts'

/** A line as it is drawn: null is a gap. */
export type Line = { x: number[]; y: (number | null)[] }
export type ThinInput = {
  x: ArrayLike<number>
  y: ArrayLike<number>
  /** What each value stands for, where it stands for several. */
  low?: ArrayLike<number>
  high?: ArrayLike<number>
  /** The visible range; one point on each side of it is kept, so that lines reach the edge. */
  from: number
  to: number
  /** Columns of the drawing. */
  pixels: number
  /** On a logarithmic axis there is no place for zero and below. */
  positive?: boolean
}

/**
 * At most the least and greatest value of each pixel column, in their order (Jugel et al., "M4", VLDB 2014, with the
 * extremes alone), and a gap wherever a value is missing: nothing that could be seen is lost.
 */
export function thin({ x, y, low = y, high = y, from, to, pixels, positive = false }: ThinInput): Line {
  const line: Line = { x: [], y: [] }
  const start = Math.max(0, lowerBound(x, from) - 1)
  const end = Math.min(x.length, upperBound(x, to) + 1)
  const missing = (i: number) => !Number.isFinite(y[i]) || (positive && (y[i] as number) <= 0)
  if (end - start <= pixels * 2) {
    for (let i = start; i < end; i++) {
      if (missing(i)) push(line, x[i] as number, null)
      else spread(line, i === start ? undefined : (x[i - 1] as number), i)
    }
    return line
  }
  const width = (to - from) / pixels || 1
  for (let i = start; i < end; ) {
    const column = Math.floor(((x[i] as number) - from) / width)
    let least = -1
    let most = -1
    let gap = -1
    for (; i < end && Math.floor(((x[i] as number) - from) / width) === column; i++) {
      if (missing(i)) {
        if (gap < 0) gap = i
        continue
      }
      if (least < 0 || lowOf(i) < lowOf(least)) least = i
      if (most < 0 || highOf(i) > highOf(most)) most = i
    }
    const found = [
      { at: least, value: least < 0 ? 0 : lowOf(least) },
      { at: most, value: most < 0 ? 0 : highOf(most) },
      { at: gap, value: null }
    ]
    found.sort((a, b) => a.at - b.at)
    let before = -1
    for (const { at, value } of found) {
      // One point that is both extremes is drawn once, unless it stands for a range.
      if (at < 0 || (at === before && value === line.y.at(-1))) continue
      push(line, x[at] as number, value)
      before = at
    }
  }
  return line

  function lowOf(i: number): number {
    const value = low[i] as number
    return Number.isFinite(value) && !(positive && value <= 0) ? value : (y[i] as number)
  }
  function highOf(i: number): number {
    const value = high[i] as number
    return Number.isFinite(value) ? value : (y[i] as number)
  }
  /** A point that stands for those since the one before it shows their extremes on the way to its own value. */
  function spread(into: Line, previous: number | undefined, i: number) {
    const at = x[i] as number
    const value = y[i] as number
    const least = lowOf(i)
    const most = highOf(i)
    if (previous !== undefined && least < most) {
      const [first, second] = value - least > most - value ? [least, most] : [most, least]
      if (first !== value) push(into, previous + (at - previous) / 3, first)
      if (second !== value) push(into, previous + ((at - previous) * 2) / 3, second)
    }
    push(into, at, value)
  }
}

function push(line: Line, x: number, y: number | null) {
  line.x.push(x)
  line.y.push(y)
}

function upperBound(x: ArrayLike<number>, value: number): number {
  let i = lowerBound(x, value)
  while (i < x.length && x[i] === value) i++
  return i
}
